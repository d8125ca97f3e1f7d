// Our entry in a client's file: what is written there, and whether what stands there is ours. Pure.
#pragma once

#include "cli/clients/client_table.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

struct ClientLink {
    std::string program;  // the absolute path of mcpm
    std::string profile;  // empty: all servers
    std::string url;      // empty: by the shim, which needs no token
    std::string token;
};

/// validation_error when the client's file takes no URL.
Result<Json> client_entry(const EntryForm& form, const std::string& name, const ClientLink& link);

/// Members of the other spelling, which must not stand beside it.
std::vector<std::string> members_to_drop(const EntryForm& form, const Json& entry);

/// A command `…/mcpm connect`, or a URL of this machine's /mcp with a token.
bool is_our_entry(const DocumentNode& entry);

/// "stdio", "http", and the profile it is bound to: "stdio, profile work".
std::string entry_in_words(const DocumentNode& entry);

/// The names of entries that are ours.
std::vector<std::string> our_entries(const DocumentNode& root, const Layout& layout);

}  // namespace mcpm::cli
