// Use of features: what may be counted, and what is said of it over a time. Pure.
#pragma once

#include "agent/observe/usage_report.hpp"
#include "agent/store/history_store.hpp"
#include "common/error.hpp"
#include "common/wire.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace mcpm::observe {

/// Days since 1970, UTC.
std::int64_t day_number(Timestamp at);

/// {"events": [{"type", "subject"?, "value"?}]}, at most a thousand; a validation_error names what is wrong.
/// A type is of a table; a subject (a page, a template) is at most 128 bytes; a value counts for types that
/// measure something.
Result<std::vector<FeatureUse>> read_feature_events(const wire::Json& body, Timestamp now);

/// {"range", "totalUsers", "totalServers", "serversCreated", "serversStarted", "popularTemplates":
/// [{"template", "count"}], "averageSession"? (s), "calls", "errorRate"? (%), "errorsReported", "featureUse":
/// [{"feature", "count"}]}
wire::Json feature_report_json(std::string_view range, const std::vector<FeatureUse>& uses,
                               const UsageReport& calls, std::size_t servers);

}  // namespace mcpm::observe
