// The start test of an upgrade as code: scripted instances, and tools that are listed or not.
#include "agent/definitions/start_test.hpp"
#include "tests/integration/supervisor/supervised_house.hpp"
#include "tests/support/kept_children.hpp"
#include "tests/support/kept_house.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

namespace {

struct Tested : House {
    Tested() { health.emplace(loop, *supervisor, sessions, *store, HealthWatch::Commands{}, outside, log); }
    ~Tested() { run(health->close()); }

    /// A server of that name, as it is after `begin`.
    ServerView added(const std::string& name, bool is_started) {
        REQUIRE(run(supervisor->create(House::spec(name), "uid:1000")));
        if (is_started) REQUIRE(run(supervisor->start(name, "uid:1000")));
        return *supervisor->find(name);
    }
    Result<> pass(const ServerView& before) {
        StartTest test(*supervisor, *health, [this](const std::string&) { return ask(); });
        return run(test.pass(before, "uid:1000"));
    }
    Task<Result<>> ask() {
        ++asked;
        if (!tools_are_listed) co_return Error{ErrorCode::cannot_launch, "it starts, but offers no tools"};
        co_return Result<>{};
    }

    Workers workers{1};
    outgoing::Client outside{loop, workers};
    mcp::Sessions sessions{loop, {}};
    AgentLog log{LogLevel::fatal};
    std::optional<HealthWatch> health;
    bool tools_are_listed = true;
    int asked = 0;
};

}  // namespace

TEST_CASE("A server that was stopped is started for its test and stopped again") {
    Tested house;
    const auto web = house.added("web", false);
    REQUIRE(house.pass(web));
    CHECK(house.asked == 1);
    CHECK(house.supervisor->find("web")->status.state == ServerState::stopped);
    CHECK(house.supervisor->find("web")->status.desired == Desired::down);
}

TEST_CASE("A server that ran runs on, as another run") {
    Tested house;
    const auto web = house.added("web", true);
    REQUIRE(house.pass(web));
    CHECK(house.supervisor->find("web")->status.state == ServerState::running);
    CHECK(house.supervisor->find("web")->status.run == web.status.run + 1);
}

TEST_CASE("What does not start, or lists no tools, does not pass, and is put back as it was") {
    Tested house;
    const auto web = house.added("web", false);
    house.tools_are_listed = false;
    const auto passed = house.pass(web);
    REQUIRE_FALSE(passed);
    CHECK(passed.error().message == "it starts, but offers no tools");
    StartTest test(*house.supervisor, *house.health, {});
    REQUIRE(house.run(test.put_back(web, "uid:1000")));
    CHECK(house.supervisor->find("web")->status.desired == Desired::down);
    house.world.scripts[web.id].launch_error = Error{ErrorCode::cannot_launch, "no such program"};
    CHECK_FALSE(house.pass(web));
    CHECK(house.asked == 1);
}
