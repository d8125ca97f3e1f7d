#include "agent/observe/usage_report.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;
using namespace mcpm::observe;
using namespace std::chrono_literals;

namespace {

CallRow call(const std::string& server, const std::string& tool, const std::string& client,
             std::chrono::microseconds took = 1ms) {
    CallRow row;
    row.at = Timestamp(24h * 20'000);
    row.names = std::make_shared<const CallNames>(CallNames{"srv_" + server, server, tool, client, ""});
    row.duration = took;
    row.bytes_in = 10;
    row.bytes_out = 41;
    return row;
}

}  // namespace

TEST_CASE("Calls are summed up by tool, most calls first") {
    UsageReport report(UsageBy::tool);
    report.add(call("web", "fetch", "claude"));
    auto bad = call("web", "fetch", "cursor");
    bad.outcome = CallOutcome::tool_error;
    report.add(bad);
    report.add(call("git", "log", "claude"));
    REQUIRE(report.rows().size() == 2);
    const auto json = usage_row_json(*report.rows().front());
    CHECK(json["server"] == "web");
    CHECK(json["tool"] == "fetch");
    CHECK(json["calls"] == 2);
    CHECK(json["errors"] == 1);
    CHECK(json["bytesOut"] == 82);
    CHECK(json["tokensOut"] == 21);
    CHECK(report.total().calls == 3);
    CHECK(report.clients() == 2);
    CHECK(report.has_used("srv_git", "log"));
    CHECK_FALSE(report.has_used("srv_git", "fetch"));
}

TEST_CASE("A server that was renamed stays one, under its newest name") {
    UsageReport report(UsageBy::server);
    auto row = call("old", "x", "");
    report.add(row);
    row.names = std::make_shared<const CallNames>(CallNames{"srv_old", "new", "x", "", ""});
    report.add(row);
    REQUIRE(report.rows().size() == 1);
    CHECK(report.rows().front()->server == "new");
}

TEST_CASE("Calls that share what they have in common are summed up as others are") {
    const auto one = call("web", "x", "claude");
    const auto other = call("web", "y", "claude");
    UsageReport tools(UsageBy::tool);
    UsageReport days(UsageBy::day);
    for (int n = 0; n < 6; ++n) {
        auto row = n % 3 == 0 ? other : one;
        row.at += n / 2 * 24h;
        tools.add(row);
        days.add(row);
    }
    REQUIRE(tools.rows().size() == 2);
    CHECK(tools.rows()[0]->tool == "x");
    CHECK(tools.rows()[0]->calls == 4);
    CHECK(tools.rows()[1]->calls == 2);
    CHECK(tools.has_used("srv_web", "y"));
    REQUIRE(days.rows().size() == 3);
    for (const auto* const row : days.rows()) CHECK(row->calls == 2);
    for (std::size_t n = 0; n < UsageReport::most_rows; ++n)
        tools.add(call("web" + std::to_string(n), "x", "claude"));
    const auto late = call("late", "x", "claude");
    for (int n = 0; n < 3; ++n) tools.add(late);
    CHECK(tools.rows().front()->server == "(others)");
    CHECK(tools.rows().front()->calls == 5);
}

TEST_CASE("By client and by day") {
    UsageReport clients(UsageBy::client);
    auto row = call("web", "x", "claude");
    row.names = std::make_shared<const CallNames>(CallNames{"srv_web", "web", "x", "claude", "token:laptop"});
    clients.add(row);
    CHECK(clients.rows().front()->client == "claude (token:laptop)");
    UsageReport days(UsageBy::day);
    row.at += 24h;
    days.add(row);
    row.at -= 24h;
    days.add(row);
    REQUIRE(days.rows().size() == 2);
    CHECK(days.rows().front()->day == "2024-10-04");
    CHECK(days.since() == row.at);
}

TEST_CASE("Quantiles are within a tenth, and never above the longest") {
    FineDurations durations;
    CHECK(durations.at(0.5) == 0us);
    for (int n = 1; n <= 1000; ++n) durations.add(n * 1ms);
    CHECK(durations.at(0.5) >= 500ms);
    CHECK(durations.at(0.5) <= 550ms);
    CHECK(durations.at(0.99) >= 990ms);
    CHECK(durations.at(1) == 1000ms);
    durations.add(std::chrono::hours(24 * 365 * 100));
    CHECK(durations.at(1) == std::chrono::hours(24 * 365 * 100));
}

TEST_CASE("Groups without end are counted together") {
    UsageReport report(UsageBy::client);
    for (std::size_t n = 0; n < UsageReport::most_rows + 50; ++n)
        report.add(call("web", "x", "client" + std::to_string(n)));
    CHECK(report.rows().size() == UsageReport::most_rows + 1);
    CHECK(report.rows().front()->client == "(others)");
    CHECK(report.rows().front()->calls == 50);
}

TEST_CASE("One call says all that is known of it, and nothing that is not") {
    CallRow row = call("web", "x", "c");
    row.bytes_in = 400;
    auto json = call_json(row);
    CHECK(json["tool"] == "x");
    CHECK(json["outcome"] == "good");
    CHECK(json["tokensIn"] == 100);
    CHECK_FALSE(json.contains("run"));
    CHECK_FALSE(json.contains("trace"));
    CHECK_FALSE(json.contains("arguments"));
    CallExtras extras{3, "0af7651916cd43dd8448eb211c80319c", R"({"path":"/tmp"})"};
    row.extras = std::make_shared<const CallExtras>(extras);
    json = call_json(row);
    CHECK(json["run"] == 3);
    CHECK(json["trace"] == extras.trace);
    CHECK(json["arguments"]["path"] == "/tmp");
    extras.arguments = R"({"path":"/tm)";
    row.extras = std::make_shared<const CallExtras>(extras);
    json = call_json(row);
    CHECK(json["argumentsCut"] == extras.arguments);
    CHECK_FALSE(json.contains("arguments"));
}
