// Where a container engine may be listening: as `docker` itself looks (DOCKER_HOST, the usual sockets), and
// Podman's. Pure.
#pragma once

#include "common/error.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

/// A unix socket when it has a path, else a host by name or address.
struct EngineAddress {
    std::string text = {};  // "unix:///run/docker.sock", as shown
    std::string socket_path = {};
    std::string host = {};
    std::uint16_t port = 0;
};

/// "unix:///path" or "tcp://host[:port]" (no TLS). validation_error for anything else (ssh://, npipe://,
/// https://) with what to do instead.
Result<EngineAddress> parse_engine_address(std::string_view text);

/// In the order they are tried, by DOCKER_HOST and XDG_RUNTIME_DIR; only DOCKER_HOST when that is set.
Result<std::vector<EngineAddress>> engine_addresses(const std::map<std::string, std::string>& environment);

}  // namespace mcpm
