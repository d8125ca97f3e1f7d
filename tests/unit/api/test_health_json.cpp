#include "agent/api/health_json.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::api;
using namespace std::chrono_literals;

namespace {

HealthPoint one(std::int64_t at, std::chrono::microseconds time) {
    return {Timestamp(std::chrono::milliseconds(at)), 1, 0, time, time, time};
}
HealthPoint failed(std::int64_t at) {
    return {Timestamp(std::chrono::milliseconds(at)), 1, 1, {}, {}};
}

}  // namespace

TEST_CASE("Without a check nothing is said of times or uptime") {
    ServerStatus running;
    running.state = ServerState::running;
    const auto now = health_json(running, std::nullopt);
    CHECK(now.dump() == R"({"status":"unknown","lastCheck":null,"responseTime":null})");
    CHECK(!share_of_good({}));
    const auto history = history_json(range_of("1h"), {});
    CHECK(history.at("checks") == 0);
    CHECK(!history.contains("uptime"));
    CHECK(!history.contains("responseTime"));
    CHECK(history.at("points").empty());
}

TEST_CASE("Of a server that does not run nothing else is known") {
    ServerStatus status;
    CHECK(health_json(status, std::nullopt).at("message") == "it does not run (stopped)");
    status.state = ServerState::failed;
    CHECK(health_json(status, std::nullopt).at("message") == "it does not run (error)");
}

TEST_CASE("A failed check has a message and no response time") {
    ServerStatus status;
    status.health = Health::unhealthy;
    HealthCheck check;
    check.outcome = CheckOutcome::bad;
    check.why = "the answer is 503";
    check.response_time = 7ms;
    const auto json = health_json(status, check);
    CHECK(json.at("status") == "unhealthy");
    CHECK(json.at("message") == "the answer is 503");
    CHECK(json.contains("lastCheck"));
    CHECK(json.at("responseTime").is_null());
    check.outcome = CheckOutcome::good;
    CHECK(health_json(status, check).at("responseTime") == 7.0);
}

TEST_CASE("Uptime is rounded down: one failure is never all") {
    std::vector<HealthPoint> points(1, HealthPoint{{}, 100'000, 1, {}, {}});
    CHECK(*share_of_good(points) == 99.99);
    points[0].failed = 0;
    CHECK(*share_of_good(points) == 100.0);
    points[0].failed = points[0].checks;
    CHECK(*share_of_good(points) == 0.0);
}

TEST_CASE("Percentiles are of the checks themselves, and only where each is known") {
    std::vector<HealthPoint> points;
    for (int at = 1; at <= 100; ++at) points.push_back(one(at, at * 1ms));
    points.push_back(failed(101));
    const auto hour = history_json(range_of("1h"), points);
    CHECK(hour.at("responseTime").at("p50") == 50.0);
    CHECK(hour.at("responseTime").at("p95") == 95.0);
    CHECK(hour.at("responseTime").at("p99") == 99.0);
    CHECK(hour.at("responseTime").at("max") == 100.0);
    CHECK(hour.at("responseTime").at("min") == 1.0);
    CHECK(hour.at("points").front().at("min") == 1.0);
    CHECK(hour.at("responseTime").at("average") == 50.5);
    CHECK(hour.at("checks") == 101);
    CHECK(hour.at("failed") == 1);
    CHECK(!hour.at("points").back().contains("responseTime"));
    const auto month = history_json(range_of("30d"), points);
    CHECK(month.at("step") == "hour");
    CHECK(!month.at("responseTime").contains("p50"));
}
