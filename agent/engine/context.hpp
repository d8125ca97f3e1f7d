// What of our surroundings decides which engine is ours and what we may pull. Given by the root.
#pragma once

#include "agent/async/task.hpp"
#include "common/error.hpp"

#include <functional>
#include <map>
#include <string>

namespace mcpm::engine {

struct Context {
    /// `engine_variables` (common/docker_context.hpp), of which DOCKER_CONFIG and HOME also lead to
    /// credentials.
    std::map<std::string, std::string> environment = {};
    /// Runs a credential helper (docker-credential-NAME, no shell) with `input` on its stdin: its stdout, or
    /// why not. Without one, helpers are not asked.
    std::function<Task<Result<std::string>>(std::string program, std::string argument, std::string input)>
        run_helper = {};
    /// A registry that has the images of docker.io, "mirror.example:5000/hub"; empty: docker.io itself.
    std::string image_mirror = {};
};

}  // namespace mcpm::engine
