#include "agent/api/health_json.hpp"

#include "common/fields/health_fields.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mcpm::api {

namespace {

using std::chrono::hours;
using std::chrono::microseconds;

constexpr std::array ranges{
    HealthRange{"1h", hours(1), HealthStep::check, "check"},
    HealthRange{"24h", hours(24), HealthStep::minute, "minute"},
    HealthRange{"7d", hours(24 * 7), HealthStep::hour, "hour"},
    HealthRange{"30d", hours(24 * 30), HealthStep::hour, "hour"},
    HealthRange{"90d", hours(24 * 90), HealthStep::day, "day"},
};

double in_milliseconds(microseconds time) {
    return static_cast<double>(time.count()) / 1000;
}

double average_of(const HealthPoint& point) {
    const auto good = static_cast<double>(point.checks - point.failed);
    return std::round(static_cast<double>(point.total.count()) / good) / 1000;
}

/// The smallest time that `percent` of them do not exceed.
microseconds percentile(const std::vector<microseconds>& sorted, double percent) {
    const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(sorted.size())));
    return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

void add_percentiles(wire::Json& json, const std::vector<HealthPoint>& points) {
    std::vector<microseconds> times;
    for (const auto& point : points) {
        if (point.checks > point.failed) times.push_back(point.most);
    }
    std::sort(times.begin(), times.end());
    for (const auto& [name, percent] :
         {std::pair{fields::health::p50, 50.0}, {fields::health::p95, 95.0}, {fields::health::p99, 99.0}}) {
        json[name] = in_milliseconds(percentile(times, percent));
    }
}

HealthPoint sum_of(const std::vector<HealthPoint>& points) {
    HealthPoint sum;
    for (const auto& point : points) {
        sum.checks += point.checks;
        sum.failed += point.failed;
        sum.total += point.total;
        sum.most = std::max(sum.most, point.most);
        if (point.least) sum.least = std::min(sum.least.value_or(*point.least), *point.least);
    }
    return sum;
}

}  // namespace

wire::Json health_json(const ServerStatus& status, const std::optional<HealthCheck>& check) {
    wire::Json json;
    json[fields::health::status] = wire_name(status.health);
    const bool is_good = check && check->outcome == CheckOutcome::good;
    json[fields::health::last_check] = check ? wire::Json(format_time(check->at)) : wire::Json();
    json[fields::health::response_time] =
        is_good ? wire::Json(in_milliseconds(check->response_time)) : wire::Json();
    std::string message = check ? check->why : std::string();
    if (message.empty() && status.health == Health::unhealthy) message = text_of(status.reason);
    if (message.empty() && status.state != ServerState::running)
        message = "it does not run (" + std::string(wire_name(status.state)) + ")";
    if (!message.empty()) json[fields::health::message] = message;
    return json;
}

HealthRange range_of(std::string_view name) {
    const auto found =
        std::find_if(ranges.begin(), ranges.end(), [&](const auto& one) { return one.name == name; });
    return found == ranges.end() ? ranges[1] : *found;
}

std::optional<double> share_of_good(const std::vector<HealthPoint>& points) {
    const HealthPoint sum = sum_of(points);
    if (sum.checks == 0) return std::nullopt;
    const auto good = static_cast<double>(sum.checks - sum.failed);
    // Rounded down: one failure is never 100 %.
    return std::floor(good / static_cast<double>(sum.checks) * 10'000) / 100;
}

wire::Json history_json(const HealthRange& range, const std::vector<HealthPoint>& points) {
    const HealthPoint sum = sum_of(points);
    wire::Json json{{fields::health::range, range.name},
                    {fields::health::step, range.step_name},
                    {fields::health::checks, sum.checks},
                    {fields::health::failed, sum.failed}};
    if (const auto share = share_of_good(points)) json[fields::health::uptime] = *share;
    if (sum.checks > sum.failed) {
        json[fields::health::response_time] = {{fields::health::average, average_of(sum)},
                                               {fields::health::max, in_milliseconds(sum.most)}};
        if (sum.least) json[fields::health::response_time][fields::health::min] = in_milliseconds(*sum.least);
        if (range.step == HealthStep::check) add_percentiles(json[fields::health::response_time], points);
    }
    json[fields::health::points] = wire::Json::array();
    for (const auto& point : points) {
        wire::Json one{{fields::health::at, format_time(point.at)},
                       {fields::health::checks, point.checks},
                       {fields::health::failed, point.failed}};
        if (point.checks > point.failed) {
            one[fields::health::response_time] = average_of(point);
            one[fields::health::max] = in_milliseconds(point.most);
            if (point.least) one[fields::health::min] = in_milliseconds(*point.least);
        }
        json[fields::health::points].push_back(std::move(one));
    }
    return json;
}

}  // namespace mcpm::api
