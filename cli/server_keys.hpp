// The keys of the servers file for people and for editors: what each is for, and the JSON Schema that
// docs/servers.schema.json is, made of the tables that read the file. A unit test compares the two.
#pragma once

#include "cli/json_access.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

struct ServerKey {
    std::string name;  // "restart.policy"
    std::string_view what;
};
std::vector<ServerKey> described_server_keys();

/// Of the whole file.
Json servers_file_schema();

/// docs/servers-keys.md.
std::string server_keys_reference();

}  // namespace mcpm::cli
