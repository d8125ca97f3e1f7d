// What stands between a server as it is and as a file wants it: a merge patch (RFC 7396) and lines for
// people. Pure.
#pragma once

#include "cli/json_access.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

/// What the agent shows instead of a value whose name looks secret.
inline constexpr std::string_view masked = "***";

/// Turns `current` into `wanted`; empty when they agree. A wanted "***" leaves what is there as it is.
Json merge_patch(const Json& current, const Json& wanted);

/// "+ config.cwd: /x", "- config.lazy: true", "~ args: [1] -> [2]".
std::vector<std::string> difference_lines(const Json& current, const Json& wanted);

/// A server's definition in the shape of a spec, without what only the agent says (pin, status, defaults).
Result<Json> definition_of(const Json& server);

/// Paths of values that are "***".
std::vector<std::string> masked_values(const Json& definition);

}  // namespace mcpm::cli
