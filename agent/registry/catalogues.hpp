// Docker's MCP catalogue and ToolHive's registry, from a file or an address. Pure; the text is foreign.
#pragma once

#include "agent/registry/entry.hpp"
#include "common/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::registry {

/// JSON, or YAML (its scalars as texts). validation_error with the place: "NAME:3:5: …".
Result<wire::Json> read_document(std::string_view text, const std::string& name = "document");

/// A catalogue of Docker ("registry"), ToolHive ("servers" as a map), a page of the official registry, or one
/// server.json. validation_error when it is none of them. An entry that is none is counted.
struct Catalogue {
    std::vector<Entry> entries;
    unsigned unreadable = 0;
    std::string first_unreadable = {};       // where the first of them is, and what is wrong
    std::vector<std::string> first_at = {};  // the way to it: {"registry", "name"}
};
Result<Catalogue> read_catalogue(const wire::Json& document, const std::string& from);

}  // namespace mcpm::registry
