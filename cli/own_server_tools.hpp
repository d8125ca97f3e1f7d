// The tools of mcpm as an MCP server: THE TABLE.
#pragma once

#include "cli/own_server.hpp"

#include <span>
#include <string>

namespace mcpm::cli {

enum class Effect { reads, changes, removes };

struct OwnTool {
    const char* name;
    const char* description;
    const char* properties;  // of its input schema, as JSON
    const char* required;    // a list, as JSON
    Effect effect;
    Result<Json> (*function)(OwnServer& server, const Json& arguments);
};

std::span<const OwnTool> own_tool_table();

}  // namespace mcpm::cli
