// The room registry: servers that others describe, found and read. It may include async, outgoing and
// templates. It never defines, installs or starts anything.
//
// One server of a registry or catalogue: as a template that nobody here has tried, with what is known of its
// origin. Pure.
#pragma once

#include "agent/templates/template.hpp"
#include "common/error.hpp"
#include "common/wire.hpp"

#include <string>
#include <vector>

namespace mcpm::registry {

struct Entry {
    std::string id;       // "io.github.x/y"; of a catalogue its own name for it
    std::string version;  // empty: not said
    std::string from;     // where it was read: a host, or a file's name
    /// Who vouches for it: "GitHub account x", "Docker builds the image". Empty: nobody.
    std::string verified = {};
    std::string updated = {};  // RFC 3339, as the source says it
    std::string status = {};   // "deprecated", "deleted" and why; empty: in use
    std::string problem = {};  // why it can't be installed here; empty: it can
    /// Where that is: the field of its document ("packages[0].identifier"), and of a catalogue the place of
    /// the entry in its file ("docker.yaml:12:3"). Empty: not known.
    std::string problem_at = {}, place = {};
    std::string source_at = {};  // the field that the definition was made of: "packages[0]"
    std::vector<std::string> notes = {};
    /// Of an MCP bundle: its address and digest; what it asks for is in it alone (bundle_entry.hpp).
    std::string bundle = {}, bundle_digest = {};
    /// What is asked and the definition; `permissions` has what it may reach as its source says.
    templates::Template content = {};
};

/// validation_error with what cannot be installed, where that is, and what to do; good when there is no
/// problem.
Result<> check_installable(const Entry& entry);

/// For a list.
wire::Json summary_json(const Entry& entry);
/// The summary with parameters, notes and the definition with its ${parameter}s.
wire::Json whole_json(const Entry& entry);

/// Whether all words (lower case) stand in its id, name, description or tags.
bool fits(const Entry& entry, const std::vector<std::string>& words);

}  // namespace mcpm::registry
