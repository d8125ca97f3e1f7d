// Where the agent looks for servers beside its own templates. Part of Config.
#pragma once

#include "common/server_spec.hpp"

#include <string>
#include <vector>

namespace mcpm {

struct RegistrySettings {
    std::string url = "https://registry.modelcontextprotocol.io";  // speaks /v0.1; empty: none is asked
    std::vector<std::string> catalogues = {};                      // files and URLs
    Duration max_age = std::chrono::hours(1);  // of a kept answer, before it is asked again
};

}  // namespace mcpm
