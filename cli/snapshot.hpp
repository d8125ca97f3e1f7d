// The servers as the agent last wrote them down, for looking (only looking) while it is not running.
#pragma once

#include "cli/json_access.hpp"
#include "cli/output.hpp"
#include "common/error.hpp"
#include "common/paths.hpp"
#include "common/server_spec.hpp"

#include <string>

namespace mcpm::cli {

struct Snapshot {
    std::string taken_at;  // RFC 3339; empty when it was never taken
    Json servers = Json::array();
};

/// No file is an empty snapshot (nothing was ever defined); a broken one is an error.
Result<Snapshot> read_snapshot(const Paths& paths);

/// "WHY; this is how things were 3m ago", on stderr. `why`: absence_in_words();
/// `way_out`: way_out_of_absence().
void say_stale(Output& out, const Snapshot& snapshot, const std::string& why, const std::string& way_out,
               Timestamp now);

/// By name or id; server_not_found with a suggestion.
Result<Json> find_server(const Json& servers, std::string_view name);

}  // namespace mcpm::cli
