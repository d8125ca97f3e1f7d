// server.json of the official MCP registry, every schema version (camel case since 2025-09-16, snake case
// before), alone or with the registry's envelope. Pure; the text is foreign.
// https://github.com/modelcontextprotocol/registry/tree/main/docs/reference/server-json
#pragma once

#include "agent/registry/entry.hpp"
#include "common/error.hpp"

#include <string>
#include <vector>

namespace mcpm::registry {

bool is_server_json(const wire::Json& document);

/// validation_error naming the field: no object, no name, a field of the wrong type. What can be read and
/// not be run here is an entry with a problem. `from`: its host, or a file's name.
Result<Entry> read_server_json(const wire::Json& document, const std::string& from);

/// A page of GET /v0.1/servers.
struct Page {
    std::vector<Entry> entries;
    std::string next;                        // the cursor of the next page; empty: the last
    unsigned unreadable = 0;                 // entries that are none
    std::string first_unreadable = {};       // where the first of them is, and what is wrong
    std::vector<std::string> first_at = {};  // the way to it: {"servers", "3"}
};
/// validation_error when it is no list of servers.
Result<Page> read_page(const wire::Json& document, const std::string& from);

}  // namespace mcpm::registry
