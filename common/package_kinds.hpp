// The kinds of packages that a server.json may name (registryType) and that are not installed from it: why,
// and what to do in place. Pure.
#pragma once

#include <string>
#include <string_view>

namespace mcpm::server_json {

/// One sentence for people. `package` and `version` may be empty.
std::string kind_refusal(std::string_view kind, const std::string& package, const std::string& version);

}  // namespace mcpm::server_json
