// Health as JSON, and what is computed of stored checks. Nothing is made up: what was not measured is left
// out. Pure.
#pragma once

#include "agent/health/health_judge.hpp"
#include "agent/store/state_store.hpp"
#include "common/wire.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace mcpm::api {

/// {"status", "lastCheck"?, "responseTime"? (ms), "message"?}
wire::Json health_json(const ServerStatus& status, const std::optional<HealthCheck>& check);

struct HealthRange {
    std::string_view name;
    Duration length;
    HealthStep step;
    std::string_view step_name;
};
/// Of 1h, 24h, 7d and 30d; 24h for anything else.
HealthRange range_of(std::string_view name);

/// Percent of the checks that did not fail, to the hundredth; nothing when there was none.
std::optional<double> share_of_good(const std::vector<HealthPoint>& points);

/// {"range", "step", "checks", "failed", "uptime"?, "responseTime"?: {"average", "max", "p50"?, "p95"?,
/// "p99"?}, "points": [{"at", "checks", "failed", "responseTime"?, "max"?}]}; percentiles only where each
/// check is known.
wire::Json history_json(const HealthRange& range, const std::vector<HealthPoint>& points);

}  // namespace mcpm::api
