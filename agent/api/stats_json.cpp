#include "agent/api/stats_json.hpp"

#include "common/units.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mcpm::api {

namespace {

using std::chrono::hours;

constexpr std::array ranges{
    StatsRange{"1h", hours(1), StatsStep::look, "look"},
    StatsRange{"24h", hours(24), StatsStep::minute, "minute"},
    StatsRange{"7d", hours(24 * 7), StatsStep::hour, "hour"},
    StatsRange{"30d", hours(24 * 30), StatsStep::hour, "hour"},
};

void add(wire::Json& json, const char* name, const std::optional<std::uint64_t>& value) {
    if (value) json[name] = *value;
}

double hundredths(double value) {
    return std::round(value * 100) / 100;
}

wire::Json point_json(const StatsPoint& point) {
    const double seconds = std::chrono::duration<double>(point.span).count();
    wire::Json json{{"at", format_time(point.at)},
                    {"seconds", seconds},
                    {"memoryBytes", point.memory / std::max<std::uint64_t>(point.looks, 1)},
                    {"memoryMost", point.memory_most},
                    {"processes", point.processes},
                    {"calls", point.calls},
                    {"errors", point.errors}};
    if (seconds > 0)
        json["cpuPercent"] = hundredths(std::chrono::duration<double>(point.cpu).count() / seconds * 100);
    add(json, "pssBytes", point.proportional);
    add(json, "descriptors", point.descriptors);
    add(json, "readBytes", point.read_bytes);
    add(json, "writtenBytes", point.written_bytes);
    add(json, "receivedBytes", point.received_bytes);
    add(json, "sentBytes", point.sent_bytes);
    return json;
}

}  // namespace

wire::Json reading_json(const observe::Reading& reading) {
    const auto& usage = reading.look.usage;
    wire::Json json{{"memoryBytes", usage.memory_bytes},
                    {"cpuSeconds", usage.cpu_seconds},
                    {"processes", usage.processes},
                    {"at", format_time(reading.at)}};
    if (reading.cpu_percent) json["cpuPercent"] = hundredths(*reading.cpu_percent);
    add(json, "pssBytes", reading.proportional_bytes);
    add(json, "descriptors", usage.descriptors);
    add(json, "readBytes", usage.read_bytes);
    add(json, "writtenBytes", usage.written_bytes);
    add(json, "receivedBytes", reading.look.received_bytes);
    add(json, "sentBytes", reading.look.sent_bytes);
    return json;
}

StatsRange stats_range_of(std::string_view name) {
    const auto found =
        std::find_if(ranges.begin(), ranges.end(), [&](const auto& one) { return one.name == name; });
    return found == ranges.end() ? ranges[0] : *found;
}

wire::Json stats_history_json(const StatsRange& range, const std::vector<StatsPoint>& points) {
    wire::Json json{{"range", range.name}, {"step", range.step_name}, {"points", wire::Json::array()}};
    for (const auto& point : points) json["points"].push_back(point_json(point));
    return json;
}

}  // namespace mcpm::api
