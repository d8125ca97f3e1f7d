// Waiting for a server to be well, with a supervisor, a monitor and a command that answers as it is told.
#include "agent/health/health_watch.hpp"
#include "tests/integration/supervisor/supervised_house.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

namespace {

struct Looked : mcpm::test::House {
    Looked() {
        HealthWatch::Commands commands;
        commands.plan = [](std::string, ServerSpec asked, std::uint64_t) {
            return SupervisedHouse::plan_of(std::move(asked));
        };
        commands.run = [this](Job) { return answer(); };
        watch.emplace(loop, *supervisor, sessions, *store, std::move(commands), outside, log);
        watch->start();
    }
    ~Looked() { run(watch->close()); }

    Task<Result<JobOutcome>> answer() {
        ++checks;
        JobOutcome outcome;
        outcome.exit.code = checks >= good_from ? 0 : 1;
        outcome.error_tail = "not yet";
        co_return outcome;
    }
    std::size_t stored(const std::string& id) {
        return run(store->load_health(id, HealthStep::check, Timestamp{})).value().size();
    }
    /// Running, and looked at as often as a definition may ask for.
    std::string begin(const std::string& name) {
        auto made = spec(name);
        made.health.kind = HealthKind::command;
        made.health.command = {"/bin/true"};
        made.health.interval = Duration(100);
        const auto id = define(std::move(made));
        REQUIRE(start(name));
        return id;
    }

    Workers workers{1};
    outgoing::Client outside{loop, workers};
    mcp::Sessions sessions{loop, {}};
    AgentLog log{LogLevel::fatal};
    unsigned checks = 0, good_from = 1;
    std::optional<HealthWatch> watch;
};

}  // namespace

TEST_CASE("The first good check ends the wait, however many bad ones came before") {
    Looked house;
    house.good_from = 3;
    const auto id = house.begin("web");
    const auto well = house.run(house.watch->await_good_check(id, std::chrono::minutes(1)));
    CHECK(well);
    CHECK(house.checks == 3);
}

TEST_CASE("A server that stays bad is said to be so when the time is over, with what the last check found") {
    Looked house;
    house.good_from = 1'000'000;
    const auto id = house.begin("web");
    REQUIRE(house.until([&] { return house.watch->last_check(id).has_value(); }));
    const auto well = house.run(house.watch->await_good_check(id, Duration(200)));
    REQUIRE_FALSE(well);
    CHECK(well.error().code == ErrorCode::cannot_launch);
    CHECK(well.error().message.find("not yet") != std::string::npos);
}

TEST_CASE("A server that ends while its first good check is waited for is not waited for any longer") {
    Looked house;
    house.good_from = 1'000'000;
    const auto id = house.begin("web");
    std::optional<Result<>> well;
    const auto wait = [](Looked& in, std::string server, std::optional<Result<>>& into) -> Task<> {
        into = co_await in.watch->await_good_check(std::move(server), std::chrono::hours(1));
    };
    asio::co_spawn(house.loop.get_executor(), wait(house, id, well), asio::detached);
    REQUIRE(house.until([&] { return house.checks > 0; }));
    REQUIRE(house.stop("web"));
    REQUIRE(house.until([&] { return well.has_value(); }));
    CHECK(well->error().code == ErrorCode::cannot_launch);
}

TEST_CASE("Checks wait for one another, and are stored before the history is read and at the end") {
    Looked house;
    const auto id = house.begin("web");
    REQUIRE(house.until([&] { return house.checks >= 5; }));
    CHECK(house.stored(id) == 0);
    house.run(house.watch->store_checks());
    const auto asked = house.stored(id);
    CHECK(asked >= 4);
    REQUIRE(house.until([&] { return house.checks >= 8; }));
    CHECK(house.stored(id) == asked);
    house.run(house.watch->close());
    CHECK(house.stored(id) >= 7);
    CHECK(house.watch->lost_checks() == 0);
}
