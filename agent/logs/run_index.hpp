// `runs.idx` of one server's log: one row per run, the newest last. Bounded: rows of runs whose lines were
// rotated away go when it becomes long.
#pragma once

#include "common/error.hpp"
#include "common/log_segments.hpp"

#include <cstdint>
#include <filesystem>

namespace mcpm {

/// `oldest_segment` is the number of the oldest segment there is.
Result<> add_run_row(const std::filesystem::path& folder, const RunRow& row, std::uint64_t oldest_segment);

}  // namespace mcpm
