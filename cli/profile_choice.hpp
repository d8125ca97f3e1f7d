// Servers and tools of a profile as a command line names them -> the API's "servers". Pure.
#pragma once

#include "cli/json_access.hpp"
#include "common/error.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

struct ProfileWords {
    std::vector<std::string> servers = {};  // to be added
    std::vector<std::string> removed = {};  // servers
    std::vector<std::string> tools = {};   // "GLOB" for every server, "SERVER/GLOB" for one; replace what was
    std::vector<std::string> denied = {};  // likewise
};

/// `before` is the profile's list, or an empty one. validation_error when a word names a server that is not
/// in it.
Result<Json> profile_servers(Json before, const ProfileWords& words);

}  // namespace mcpm::cli
