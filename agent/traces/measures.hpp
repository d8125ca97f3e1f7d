// Durations as OTLP's metrics have them: histograms that count since the agent began. Pure.
#pragma once

#include "agent/traces/span.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::traces {

/// https://github.com/open-telemetry/semantic-conventions-genai, docs/gen-ai/mcp.md; status Development.
inline constexpr std::string_view client_duration = "mcp.client.operation.duration";
inline constexpr std::string_view server_duration = "mcp.server.operation.duration";
inline constexpr std::string_view client_session_duration = "mcp.client.session.duration";
inline constexpr std::string_view server_session_duration = "mcp.server.session.duration";

struct MeasurePoint {
    std::vector<Attribute> attributes = {};
    std::vector<std::uint64_t> counts = {};  // of each bucket alone; one more than `bounds`
    std::uint64_t count = 0;
    double sum = 0;  // seconds
};

/// A histogram of seconds.
struct Measure {
    std::string_view name;
    std::span<const double> bounds;
    std::vector<MeasurePoint> points = {};
};

struct MeasureTimes {
    Instant begin{}, now{};
};

/// ExportMetricsServiceRequest, as protobuf and as OTLP's JSON.
std::string write_protobuf(const std::vector<Measure>& measures, const Resource& resource,
                           const MeasureTimes& times);
std::string write_json(const std::vector<Measure>& measures, const Resource& resource,
                       const MeasureTimes& times);

}  // namespace mcpm::traces
