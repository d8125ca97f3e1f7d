// Where an engine may be listening: as `docker` itself looks (DOCKER_HOST, the usual sockets), and Podman's.
// Pure but for what the root gives it.
#pragma once

#include "agent/async/task.hpp"
#include "agent/http/client.hpp"
#include "common/error.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::engine {

/// What of our surroundings decides which engine is ours.
struct Context {
    /// DOCKER_HOST, DOCKER_CONFIG, XDG_RUNTIME_DIR, HOME.
    std::map<std::string, std::string> environment = {};
    /// Runs a credential helper (docker-credential-NAME on the PATH, no shell) with `input` on its stdin: its
    /// stdout, or why not. Without one, helpers are not asked.
    std::function<Task<Result<std::string>>(std::string program, std::string argument, std::string input)>
        run_helper = {};
};

struct Address {
    std::string text;  // "unix:///run/docker.sock", as shown
    http::ClientAddress where;
};

/// "unix:///path" or "tcp://host[:port]" (no TLS). validation_error for anything else (ssh://, npipe://,
/// https://) with what to do instead.
Result<Address> parse_address(std::string_view text);

/// In the order they are tried; only DOCKER_HOST when that is set.
Result<std::vector<Address>> candidates(const Context& context);

}  // namespace mcpm::engine
