#include "agent/api/stats_json.hpp"

#include "common/fields/stats_fields.hpp"
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
    wire::Json json{{fields::stats::at, format_time(point.at)},
                    {fields::stats::seconds, seconds},
                    {fields::stats::memory_bytes, point.memory / std::max<std::uint64_t>(point.looks, 1)},
                    {fields::stats::memory_most, point.memory_most},
                    {fields::stats::processes, point.processes},
                    {fields::stats::calls, point.calls},
                    {fields::stats::errors, point.errors}};
    if (seconds > 0)
        json[fields::stats::cpu_percent] =
            hundredths(std::chrono::duration<double>(point.cpu).count() / seconds * 100);
    if (point.cpu_least) json[fields::stats::cpu_least] = static_cast<double>(*point.cpu_least) / 100;
    if (point.cpu_most) json[fields::stats::cpu_most] = static_cast<double>(*point.cpu_most) / 100;
    add(json, fields::stats::memory_least, point.memory_least);
    add(json, fields::stats::pss_bytes, point.proportional);
    add(json, fields::stats::descriptors, point.descriptors);
    add(json, fields::stats::read_bytes, point.read_bytes);
    add(json, fields::stats::written_bytes, point.written_bytes);
    add(json, fields::stats::received_bytes, point.received_bytes);
    add(json, fields::stats::sent_bytes, point.sent_bytes);
    return json;
}

}  // namespace

wire::Json reading_json(const observe::Reading& reading) {
    const auto& usage = reading.look.usage;
    wire::Json json{{fields::stats::memory_bytes, usage.memory_bytes},
                    {fields::stats::cpu_seconds, usage.cpu_seconds},
                    {fields::stats::processes, usage.processes},
                    {fields::stats::at, format_time(reading.at)}};
    if (reading.cpu_percent) json[fields::stats::cpu_percent] = hundredths(*reading.cpu_percent);
    add(json, fields::stats::pss_bytes, reading.proportional_bytes);
    add(json, fields::stats::descriptors, usage.descriptors);
    add(json, fields::stats::read_bytes, usage.read_bytes);
    add(json, fields::stats::written_bytes, usage.written_bytes);
    add(json, fields::stats::received_bytes, reading.look.received_bytes);
    add(json, fields::stats::sent_bytes, reading.look.sent_bytes);
    return json;
}

StatsRange stats_range_of(std::string_view name) {
    const auto found =
        std::find_if(ranges.begin(), ranges.end(), [&](const auto& one) { return one.name == name; });
    return found == ranges.end() ? ranges[0] : *found;
}

wire::Json stats_history_json(const StatsRange& range, const std::vector<StatsPoint>& points) {
    wire::Json json{{fields::stats::range, range.name},
                    {fields::stats::step, range.step_name},
                    {fields::stats::points, wire::Json::array()}};
    for (const auto& point : points) json[fields::stats::points].push_back(point_json(point));
    return json;
}

}  // namespace mcpm::api
