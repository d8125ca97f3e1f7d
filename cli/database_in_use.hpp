// Where the database is that an agent uses: of one that runs, what it says; else what config.yaml and this
// environment say.
#pragma once

#include "common/paths.hpp"

#include <filesystem>
#include <optional>

namespace mcpm::cli {

/// Of an agent that runs; nothing when none does.
std::optional<std::filesystem::path> database_of_agent(const Paths& paths);

/// Settings with a mistake are as none: the agent does not start with them.
std::filesystem::path database_in_use(const Paths& paths);

}  // namespace mcpm::cli
