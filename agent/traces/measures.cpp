// The fields of opentelemetry/proto/metrics/v1/metrics.proto that are used here, by their numbers; and their
// JSON, where 64-bit numbers are text.
#include "agent/traces/measures.hpp"

#include "agent/traces/otlp_json.hpp"
#include "agent/traces/protobuf_message.hpp"
#include "common/wire.hpp"

namespace mcpm::traces {

namespace {

using Message = ProtobufMessage;
using wire::Json;

constexpr std::uint64_t cumulative = 2;  // AggregationTemporality
constexpr std::string_view unit = "s";

/// HistogramDataPoint: start_time_unix_nano 2, time_unix_nano 3, count 4, sum 5, bucket_counts 6,
/// explicit_bounds 7, attributes 9.
Message point_message(const Measure& measure, const MeasurePoint& point, const MeasureTimes& times) {
    Message message;
    message.fixed(2, nanoseconds(times.begin));
    message.fixed(3, nanoseconds(times.now));
    message.fixed(4, point.count);
    message.fixed(5, point.sum);
    message.fixed_list(6, std::span<const std::uint64_t>(point.counts));
    message.fixed_list(7, measure.bounds);
    for (const auto& [key, value] : point.attributes) message.message(9, pair_message(key, value));
    return message;
}

/// Metric: name 1, unit 3, histogram 9 (data_points 1, aggregation_temporality 2).
Message measure_message(const Measure& measure, const MeasureTimes& times) {
    Message histogram;
    for (const auto& point : measure.points) histogram.message(1, point_message(measure, point, times));
    histogram.number(2, cumulative);
    Message message;
    message.text(1, measure.name);
    message.text(3, unit);
    message.message(9, histogram);
    return message;
}

Json point_json(const Measure& measure, const MeasurePoint& point, const MeasureTimes& times) {
    Json json = Json::object();
    json["startTimeUnixNano"] = std::to_string(nanoseconds(times.begin));
    json["timeUnixNano"] = std::to_string(nanoseconds(times.now));
    json["count"] = std::to_string(point.count);
    json["sum"] = point.sum;
    json["bucketCounts"] = Json::array();
    for (const auto count : point.counts) json["bucketCounts"].push_back(std::to_string(count));
    json["explicitBounds"] = Json::array();
    for (const double bound : measure.bounds) json["explicitBounds"].push_back(bound);
    json["attributes"] = Json::array();
    for (const auto& [key, value] : point.attributes) json["attributes"].push_back(pair_json(key, value));
    return json;
}

Json measure_json(const Measure& measure, const MeasureTimes& times) {
    Json json = Json::object();
    json["name"] = measure.name;
    json["unit"] = unit;
    Json& histogram = json["histogram"];
    histogram["dataPoints"] = Json::array();
    for (const auto& point : measure.points)
        histogram["dataPoints"].push_back(point_json(measure, point, times));
    histogram["aggregationTemporality"] = cumulative;
    return json;
}

}  // namespace

std::string write_protobuf(const std::vector<Measure>& measures, const Resource& resource,
                           const MeasureTimes& times) {
    Message scope_metrics;  // scope 1, metrics 2
    scope_metrics.message(1, scope_message(resource));
    for (const auto& measure : measures) scope_metrics.message(2, measure_message(measure, times));
    Message resource_metrics;  // resource 1, scope_metrics 2
    resource_metrics.message(1, resource_message(resource));
    resource_metrics.message(2, scope_metrics);
    Message request;  // resource_metrics 1
    request.message(1, resource_metrics);
    return request.take();
}

std::string write_json(const std::vector<Measure>& measures, const Resource& resource,
                       const MeasureTimes& times) {
    Json scope_metrics = Json::object();
    scope_metrics["scope"]["name"] = resource.scope;
    scope_metrics["scope"]["version"] = resource.scope_version;
    scope_metrics["metrics"] = Json::array();
    for (const auto& measure : measures) scope_metrics["metrics"].push_back(measure_json(measure, times));
    Json resource_metrics = Json::object();
    resource_metrics["resource"]["attributes"] = Json::array();
    for (const auto& [key, value] : resource.attributes)
        resource_metrics["resource"]["attributes"].push_back(pair_json(key, value));
    resource_metrics["scopeMetrics"] = Json::array({std::move(scope_metrics)});
    Json request = Json::object();
    request["resourceMetrics"] = Json::array({std::move(resource_metrics)});
    return wire::to_text(request);
}

}  // namespace mcpm::traces
