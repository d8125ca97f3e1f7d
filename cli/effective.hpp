// What holds for a server where its definition says nothing: the defaults, and the folder it gets. Pure.
#pragma once

#include "cli/json_access.hpp"
#include "common/paths.hpp"

namespace mcpm::cli {

/// Adds to `config` what is not set, as the agent reads it.
void add_effective_values(Json& server, const Paths& paths);

}  // namespace mcpm::cli
