// Where the agent's database is: where `database.url` says, else mcpm.db in the data folder. Pure.
#pragma once

#include "common/config_file.hpp"
#include "common/paths.hpp"

#include <filesystem>

namespace mcpm {

inline std::filesystem::path database_of(const Paths& paths, const Config& config) {
    return config.database.empty() ? paths.database() : std::filesystem::path(config.database);
}

}  // namespace mcpm
