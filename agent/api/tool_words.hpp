// Names of tools in rules, against what the server offered when it was last seen: a word that is new and
// names no tool is a slip. Pure.
#pragma once

#include "common/error.hpp"
#include "common/profile.hpp"
#include "common/server_spec.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::api {

/// A server's tools by name; nothing when it was never seen.
using KnownTools = std::optional<std::vector<std::string>>;

/// Of a JSON array of MCP tools.
std::vector<std::string> tool_names(std::string_view tools);

/// What is to be said of words that are in `now` and not in `before`: of patterns that match nothing, and of
/// names when the tools are not known. validation_error for a name that is no tool's, with the nearest that
/// is.
Result<std::vector<std::string>> check_tool_words(const std::string& server, const ToolRules& before,
                                                  const ToolRules& now, const KnownTools& known);

}  // namespace mcpm::api
