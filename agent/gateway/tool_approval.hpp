// Tools as they were approved, against tools as they are: which are the same, which are new, gone, or say
// something else now (a description or a schema that is changed behind a client's back). Lists are JSON texts
// of MCP tools; every member of a tool counts. Pure.
#pragma once

#include "common/error.hpp"
#include "common/server_spec.hpp"
#include "common/wire.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::gateway {

struct ToolStanding {
    enum class Kind { approved, changed, fresh, gone, unlawful };
    struct Change {
        std::string member;      // "description", "inputSchema", …
        wire::Json before, now;  // null where it was or is not there
    };
    std::string name;
    Kind kind = Kind::approved;
    std::vector<Change> changes = {};
    std::string hash = {};           // SHA-256 of the tool as it is, hexadecimal; of a gone one as it was
    std::string approved_hash = {};  // the same of it as it was approved; empty when it never was
};

/// By name. A tool that is listed twice with different words is changed; one whose name is none
/// (is_lawful_tool_name) is offered to nobody, whatever was approved.
std::vector<ToolStanding> compare_tools(std::string_view approved, std::string_view now);

std::string_view kind_name(ToolStanding::Kind kind);
/// "changed a, b; new c; gone d"; empty when all are as approved.
std::string describe_standings(const std::vector<ToolStanding>& standings);

/// The approved list after `names` (all when empty) were approved as they are. not_found names a stranger.
Result<std::string> approve_tools(std::string_view approved, std::string_view now,
                                  const std::vector<std::string>& names);

/// `rules` narrowed to the tools that are as they were approved.
ToolRules held_back(const ToolRules& rules, std::string_view approved, std::string_view now);

}  // namespace mcpm::gateway
