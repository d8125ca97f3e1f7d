// What of our surroundings decides which engine is ours and what we may pull. Given by the root.
#pragma once

#include "agent/async/task.hpp"
#include "common/error.hpp"

#include <functional>
#include <map>
#include <string>

namespace mcpm::engine {

struct Context {
    /// DOCKER_HOST, DOCKER_TLS_VERIFY, XDG_RUNTIME_DIR (common/engine_address.hpp); DOCKER_CONFIG, HOME
    /// (credentials).
    std::map<std::string, std::string> environment = {};
    /// Runs a credential helper (docker-credential-NAME, no shell) with `input` on its stdin: its stdout, or
    /// why not. Without one, helpers are not asked.
    std::function<Task<Result<std::string>>(std::string program, std::string argument, std::string input)>
        run_helper = {};
};

}  // namespace mcpm::engine
