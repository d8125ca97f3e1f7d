// What servers use, as JSON. What is not known is left out. Pure.
#pragma once

#include "agent/observe/stats_meter.hpp"
#include "agent/store/history_store.hpp"
#include "common/wire.hpp"

#include <string_view>
#include <vector>

namespace mcpm::api {

/// {"memoryBytes", "pssBytes"?, "cpuSeconds", "cpuPercent"?, "processes", "descriptors"?, "readBytes"?,
/// "writtenBytes"?, "receivedBytes"?, "sentBytes"?, "at"}
wire::Json reading_json(const observe::Reading& reading);

struct StatsRange {
    std::string_view name;
    Duration length;
    StatsStep step;
    std::string_view step_name;
};
/// Of 1h, 24h, 7d and 30d; 1h for anything else.
StatsRange stats_range_of(std::string_view name);

/// {"range", "step", "points": [{"at", "seconds", "cpuPercent"?, "cpuLeast"?, "cpuMost"?, "memoryBytes",
/// "memoryMost", "memoryLeast"?, …}]}; counts
/// of a point are of what it stands for.
wire::Json stats_history_json(const StatsRange& range, const std::vector<StatsPoint>& points);

}  // namespace mcpm::api
