// Servers as other programs keep them -> definitions of ours: AI clients, .mcp.json, Compose, and other
// managers. Reads what is there, leniently; what cannot be taken over is said with the reason. Pure but for
// the environment it is given.
#pragma once

#include "cli/clients/document.hpp"
#include "cli/json_access.hpp"
#include "common/paths.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

struct FoundServer {
    std::string name;                     // as it stands there
    std::string place;                    // the keys above it: "mcpServers"
    Json definition;                      // of POST /servers, without a name; values still in plain
    std::string meaning = {};             // when its command was recognised: "the npm package …"
    std::string problem = {};             // why it cannot be imported; empty: it can
    std::vector<std::string> notes = {};  // what is not as it was
    bool is_ours = false;                 // it is `mcpm connect`
    std::size_t at = 0;                   // the byte of the file where it begins
};

struct ImportWishes {
    bool as_is = false;       // commands stay commands
    std::string folder = {};  // of a project: what a relative path and ${workspaceFolder} mean; empty: none
    Environment environment = {};  // for ${VARIABLE}
};

/// Every server of the file, in its order; empty when it is of none of the known forms.
std::vector<FoundServer> servers_in(const DocumentNode& root, DocumentFormat format,
                                    const ImportWishes& wishes);

/// Where one of the keys that servers are kept below has something else, and what is wrong; empty: nowhere.
struct MisshapenPlace {
    std::size_t at = 0;
    std::string problem = {};
};
MisshapenPlace misshapen_place(const DocumentNode& root);

/// One entry, by whatever keys clients use.
FoundServer read_entry(const std::string& name, const DocumentNode& entry, DocumentFormat format,
                       const ImportWishes& wishes);

/// server.json of the official registry, alone or as the registry answers.
bool is_server_json(const DocumentNode& root);
FoundServer read_server_json(const DocumentNode& root, DocumentFormat format);

/// JSON by its first character or name, TOML and YAML by name.
DocumentFormat format_of(const std::string& file, std::string_view text);

/// What two servers must share to be the same one: program, package or image with version, arguments, URL,
/// and the values of variables. Never the name.
std::string what_runs(const Json& definition);

}  // namespace mcpm::cli
