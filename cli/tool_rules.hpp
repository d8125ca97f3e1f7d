// A server's rules about tools (config.tools) as `tools enable|disable` change and `tools list` reads them.
// Pure.
#pragma once

#include "cli/json_access.hpp"
#include "common/error.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace mcpm::cli {

/// `rules` is config.tools. Names may be glob patterns.
Json with_disabled(Json rules, const std::vector<std::string>& tools);
/// conflict when a pattern that names more than this tool forbids it.
Result<Json> with_enabled(Json rules, const std::vector<std::string>& tools);

/// A merge patch of config.tools: clients know `tool` (the server's name for it, or that which clients know
/// now) as `name`; by the server's own name again when that is the new one.
Json renaming(const Json& rules, const std::string& tool, const std::string& name);

/// What `tools edit` was told.
struct ToolEditWords {
    std::string description;  // already read; empty together with has_description: take it back
    bool has_description = false;
    std::vector<std::string> hidden, shown;    // arguments
    std::vector<std::string> defaults;         // ARG=VALUE; ARG= is an empty text
    std::vector<std::string> without_default;  // arguments
    bool resets = false;                       // the server's own words again
};

/// A merge patch of config.tools. validation_error names what is no ARG=VALUE.
Result<Json> editing(const Json& rules, const std::string& tool, const ToolEditWords& words);

/// "description, hides key, limit=10"; empty when nothing is edited. `edit` is one of config.tools.edit.
std::string edit_in_words(const Json& edit);

/// Whether `deny` or `allow` has this very word.
bool is_ruled(const Json& rules, const std::string& word);

/// validation_error for a name (no pattern) that is none of `known`, with the nearest that is.
Result<> check_tools(const std::string& server, const std::vector<std::string>& tools,
                     const std::vector<std::string>& known);

bool is_offered(const Json& rules, const std::string& tool);

/// Bytes of a tool's definition, which every client reads.
std::size_t definition_bytes(const Json& tool);

}  // namespace mcpm::cli
