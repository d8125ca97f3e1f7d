#include "agent/traces/measures.hpp"
#include "agent/traces/settings.hpp"
#include "common/wire.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

using namespace mcpm;
using namespace mcpm::traces;

namespace {

constexpr double bounds[] = {0.5, 1};
const MeasureTimes times{Instant(std::chrono::seconds(1)), Instant(std::chrono::seconds(2))};

std::vector<Measure> one_measure() {
    MeasurePoint point;
    point.attributes = {{name::tool, "echo"}};
    point.counts = {3, 0, 1};
    point.count = 4;
    point.sum = 2.5;
    return {{server_duration, bounds, {point}}};
}

MeasureSettings settings_with(std::map<std::string, std::string> variables,
                              std::vector<std::string>* problems = nullptr) {
    std::vector<std::string> said;
    auto settings = read_measure_settings(
        [&variables](const char* name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        },
        said);
    if (problems != nullptr) *problems = said;
    return settings;
}

}  // namespace

TEST_CASE("A histogram of durations is written as OTLP's JSON has it") {
    Resource resource;
    resource.attributes = {{"service.name", "gate"}};
    const auto json = wire::Json::parse(write_json(one_measure(), resource, times));
    const auto& metric = json["resourceMetrics"][0]["scopeMetrics"][0]["metrics"][0];
    CHECK(metric["name"] == "mcp.server.operation.duration");
    CHECK(metric["unit"] == "s");
    CHECK(metric["histogram"]["aggregationTemporality"] == 2);
    const auto& point = metric["histogram"]["dataPoints"][0];
    CHECK(point["startTimeUnixNano"] == "1000000000");
    CHECK(point["timeUnixNano"] == "2000000000");
    CHECK(point["count"] == "4");
    CHECK(point["sum"] == 2.5);
    CHECK(point["bucketCounts"] == wire::Json({"3", "0", "1"}));
    CHECK(point["explicitBounds"] == wire::Json({0.5, 1.0}));
    CHECK(point["attributes"][0]["value"]["stringValue"] == "echo");
}

TEST_CASE("A histogram of durations is written as protobuf, its lists packed") {
    const auto bytes = write_protobuf(one_measure(), {}, times);
    // bucket_counts: field 6, 24 bytes; explicit_bounds: field 7, 16 bytes.
    const std::string counts{"\x32\x18\x03\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0", 26};
    const std::string list{"\x3a\x10\0\0\0\0\0\0\xe0\x3f\0\0\0\0\0\0\xf0\x3f", 18};
    CHECK(bytes.find(counts) != std::string::npos);
    CHECK(bytes.find(list) != std::string::npos);
    CHECK(bytes.find(server_duration) != std::string::npos);
}

TEST_CASE("Durations go where the usual variables say") {
    CHECK(settings_with({}).url.empty());
    CHECK(settings_with({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318/"}}).url ==
          "http://c:4318/v1/metrics");
    CHECK(settings_with({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"},
                         {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://m/own"}})
              .url == "http://m/own");
    CHECK(settings_with({{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://t/"}}).url.empty());
    CHECK(settings_with({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"}, {"OTEL_METRICS_EXPORTER", "none"}})
              .url.empty());
    std::vector<std::string> problems;
    const auto settings = settings_with({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"},
                                         {"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/json"},
                                         {"OTEL_METRIC_EXPORT_INTERVAL", "soon"}},
                                        &problems);
    CHECK(settings.protocol == Protocol::json);
    CHECK(settings.interval == std::chrono::minutes(1));
    REQUIRE(problems.size() == 1);
    CHECK(problems.front().starts_with("OTEL_METRIC_EXPORT_INTERVAL"));
}
