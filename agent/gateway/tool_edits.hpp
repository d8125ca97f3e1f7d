// A tool as its definition wants clients to see it: another description, arguments that are hidden, values
// for those that a call leaves out. The server itself knows nothing of it. Pure.
#pragma once

#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::gateway {

/// An entry of tools/list. What is not edited stays as it is, byte by byte, when nothing is.
std::string edited_tool(const ToolEdit& edit, std::string_view entry);

/// The params of a tools/call with the defaults in place. validation_error names a hidden argument that the
/// call gives. `entry` is the tool as the server lists it, for the kinds of its arguments; may be empty.
Result<std::string> edited_params(const ToolEdit& edit, std::string_view params, std::string_view entry);

/// A default as JSON: text where the argument is a string, else the JSON that it is, else text.
std::string default_as_json(std::string_view value, std::string_view property);

/// What of an edit means nothing, as sentences: arguments that the tool does not have; a hidden one that the
/// tool needs and that has no default.
std::vector<std::string> edit_faults(const ToolEdit& edit, std::string_view entry);

/// Another text for other edits.
std::string edits_digest(const ToolRules& rules);
/// The entry as clients of these rules see the tool `name`.
std::string as_edited(const ToolRules& rules, const std::string& name, std::string_view entry);

/// The entry of that name in a JSON array of tools; empty when there is none.
std::string_view find_tool(std::string_view tools, std::string_view name);

}  // namespace mcpm::gateway
