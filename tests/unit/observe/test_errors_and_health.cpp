#include "agent/metrics/recent_count.hpp"
#include "agent/observe/error_book.hpp"
#include "agent/observe/infrastructure.hpp"
#include "agent/observe/system_health.hpp"

#include <doctest/doctest.h>

#include <stdlib.h>

#include <filesystem>
#include <string>

using namespace mcpm;
using namespace mcpm::observe;
using namespace std::chrono_literals;

namespace {

using Steady = metrics::RecentCount::Time;
const Timestamp at{std::chrono::hours(1)};

}  // namespace

TEST_CASE("What happened more than a minute ago is not of late") {
    metrics::RecentCount count;
    const Steady begun{1000s};
    for (int n = 0; n < 5; ++n) count.note(begun + 30s * n);
    CHECK(count.in_last_minute(begun + 120s) == 2);
    CHECK(count.in_last_minute(begun + 179s) == 1);
    CHECK(count.in_last_minute(begun + 10'000s) == 0);
}

TEST_CASE("Errors are counted by type and severity, the most frequent first, within a bound") {
    ErrorBook book;
    for (int n = 0; n < 3; ++n) book.note("request", Severity::error, "GET /x", at, Steady{10s});
    book.note("crash-loop", Severity::critical, "web", at, Steady{100s});
    CHECK(book.total() == 4);
    CHECK(book.critical() == 1);
    CHECK(book.in_last_minute(Steady{100s}) == 1);
    REQUIRE(book.top(5).size() == 2);
    CHECK(book.top(1).front().type == "request");
    for (int n = 0; n < 500; ++n) book.note(std::to_string(n), Severity::error, "", at, Steady{100s});
    CHECK(book.all().size() <= ErrorBook::most_kinds + 1);
    CHECK(book.total() == 504);
}

TEST_CASE("Events that tell of trouble are errors, others are not") {
    CHECK(error_said_by("server:crash-loop", "").severity == Severity::critical);
    CHECK(error_said_by("server:health", "it is unhealthy: no answer").type == "unhealthy");
    CHECK(error_said_by("server:health", "it is healthy again").type == "");
    CHECK(error_said_by("agent:notice", "the database was corrupt").type == "database");
    CHECK(error_said_by("agent:notice", "an agent before this one crashed by SIGSEGV").type == "agent-crash");
    CHECK(error_said_by("server:created", "").type == "");
}

TEST_CASE("Files are looked at by writing one, and nothing of it is left") {
    std::string folder = "/tmp/mcpm-observe-XXXXXX";
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    const auto good = check_files(folder);
    CHECK(good.condition == Condition::healthy);
    CHECK(good.took);
    CHECK(std::filesystem::is_empty(folder));
    std::filesystem::remove(folder);
    const auto bad = check_files(folder);
    CHECK(bad.condition == Condition::unhealthy);
    CHECK(bad.message.find(folder) != std::string::npos);
}

TEST_CASE("Space is judged by what is left, not by its share of a large disk alone") {
    constexpr std::uint64_t gibibyte = 1U << 30U;
    CHECK(judge_space({"/", 50 * gibibyte, 2000 * gibibyte}).condition == Condition::healthy);
    CHECK(judge_space({"/", gibibyte / 2, 100 * gibibyte}).condition == Condition::degraded);
    CHECK(judge_space({"/", gibibyte / 2, gibibyte}).condition == Condition::healthy);
    CHECK(judge_space({"/", gibibyte / 20, gibibyte}).condition == Condition::unhealthy);
}

TEST_CASE("The whole is as well as what it stands on, and a failed server degrades it") {
    SystemFacts facts;
    facts.checks.emplace_back("database", Check{});
    facts.checks.emplace_back("containerEngine", Check{Condition::idle, std::nullopt, "none"});
    CHECK(judge(facts) == Condition::healthy);
    ServerStatus status;
    status.state = ServerState::failed;
    facts.servers.add(status);
    CHECK(judge(facts) == Condition::degraded);
    facts.checks.emplace_back("fileSystem", Check{Condition::unhealthy, std::nullopt, "full"});
    CHECK(judge(facts) == Condition::unhealthy);
}

TEST_CASE("The health of the whole leaves out what is not known") {
    SystemFacts facts;
    facts.now = at + 100s;
    facts.application.started_at = at;
    facts.application.cpu_seconds = 5;
    facts.requests.total = 120;
    facts.requests.last_minute = 90;
    facts.requests.p95 = 2.5;
    ServerStatus status;
    status.state = ServerState::running;
    facts.servers.add(status);
    auto json = system_health_json(facts);
    CHECK(json["application"]["uptime"] == 100);
    CHECK(json["application"]["cpuPercent"] == 5.0);
    CHECK(json["performance"]["requests"]["perSecond"] == 1.5);
    CHECK(json["performance"]["requests"]["p95"] == 2.5);
    CHECK_FALSE(json["performance"]["calls"].contains("p95"));
    CHECK_FALSE(json["servers"].contains("healthyPercent"));
    CHECK(json["servers"]["unknown"] == 1);
    status.health = Health::healthy;
    for (int n = 0; n < 999; ++n) facts.servers.add(status);
    status.health = Health::unhealthy;
    facts.servers.add(status);
    json = system_health_json(facts);
    CHECK(json["servers"]["healthyPercent"] == 99.9);
    facts.now = at + 20s;  // a rate is over the time that the agent runs, not over a minute that was not
    CHECK(system_health_json(facts)["performance"]["requests"]["perSecond"] == 4.5);
}
