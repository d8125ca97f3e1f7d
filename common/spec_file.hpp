// YAML -> specs (`apply -f`, `export`). Every problem with line and column, not just the first; nothing is
// applied when there is one. Format: `servers:` a map of name -> the fields of product.md, flat
// (command, args, npm, image, url, env, secrets, cwd, health, restart, …), `version: 1` optional; beside them
// `profiles:` and `approvals:`, the digests of approved tools by server and tool.
#pragma once

#include "common/error.hpp"
#include "common/profile.hpp"
#include "common/server_spec.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

/// Where the file's JSON Schema is published, and the line that names it to editors.
inline constexpr std::string_view servers_schema_address =
    "https://raw.githubusercontent.com/mcpmanager/mcp-manager/main/docs/servers.schema.json";
inline constexpr std::string_view servers_schema_line =
    "# yaml-language-server: "
    "$schema=https://raw.githubusercontent.com/mcpmanager/mcp-manager/main/docs/servers.schema.json\n";

struct SpecProblem {
    unsigned line = 0;    // from 1
    unsigned column = 0;  // from 1
    std::string message;  // names the key and what was expected
};

struct ApprovedTools {
    std::string server;
    std::map<std::string, std::string> tools = {};  // "sha256:…" of each as it was approved
    bool operator==(const ApprovedTools&) const = default;
};

struct SpecFile {
    std::vector<ServerSpec> servers;  // in the order of the file
    std::vector<Profile> profiles = {};
    std::vector<ApprovedTools> approvals = {};
    bool has_profiles = false, has_approvals = false;  // the sections are there, empty or not
    std::vector<SpecProblem> problems = {};            // empty = good
};

/// At most 4 MiB, depth at most 32, aliases refused ("billion laughs").
SpecFile read_spec_file(std::string_view yaml);

/// Writes that format; read_spec_file gives equal specs back.
std::string write_spec_file(const std::vector<ServerSpec>& servers);
/// With its other sections, where they are not empty.
std::string write_setup_file(const SpecFile& file);

/// All problems as one validation_error: "FILE:LINE:COLUMN: message" a line each.
Error problems_error(const std::string& file, const std::vector<SpecProblem>& problems);

}  // namespace mcpm
