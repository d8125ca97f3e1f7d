// From an entry of a registry or catalogue, or a server.json, to a server: what would run and what it may
// reach is shown, and a person says yes, before anything of it is fetched.
#pragma once

#include "cli/invocation.hpp"
#include "cli/json_access.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

struct EntryInstall {
    const std::string& which;  // ID, ID@VERSION, a file, a URL
    const std::string& name;   // of the server; empty: the last part of its id
    const std::vector<std::string>& words;
    bool start, dry_run, yes;
};

/// True for what is no template's id: a name of the registry ("io.github.x/y"), a URL, a file ending in
/// .json.
bool names_an_entry(const std::string& text);

/// An id without a '/' may be a catalogue's.
bool is_in_a_catalogue(AgentClient& agent, const std::string& id);

Outcome show_entry(Invocation& call, AgentClient& agent, const std::string& which);
Outcome install_entry(Invocation& call, AgentClient& agent, const EntryInstall& what);

/// What would run and what it may reach, a line each. Pure.
std::vector<std::string> plan_lines(const Json& entry, const Json& definition);

}  // namespace mcpm::cli
