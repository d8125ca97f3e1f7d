// Notices in idle times, too, that the files of the store are not those that were opened.
#pragma once

#include "agent/disk/path_watch.hpp"
#include "agent/store/state_store.hpp"

#include <filesystem>

namespace mcpm {

/// Looks when something happened to the database at that path. Runs until it is cancelled.
Task<> watch_store(StateStore& store, Loop& loop, PathWatch& disk, std::filesystem::path database);

}  // namespace mcpm
