#include "agent/supervisor/own_run.hpp"
#include "tests/integration/supervisor/supervised_house.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace mcpm;
using namespace mcpm::test;

namespace {

struct OwnHouse : House {
    Result<std::unique_ptr<OwnRun>> launch(const std::string& name, OwnRunHooks hooks = {}) {
        return run(supervisor->launch_own(name, "client A", std::move(hooks)));
    }
    std::size_t shown(const std::string& name) { return status(name).own_runs.size(); }
};

}  // namespace

TEST_CASE("A client's own process runs beside the server's and changes nothing of its status") {
    OwnHouse house;
    const auto id = house.define(SupervisedHouse::spec("web", Transport::stdio));
    REQUIRE(house.start("web"));
    auto own = house.launch("web");
    REQUIRE(own);
    CHECK((*own)->run() == 2);
    CHECK((*own)->is_running());
    CHECK((*own)->pipes().input);
    CHECK((*own)->pipes().output);
    CHECK(house.status("web").run == 1);
    CHECK(house.status("web").state == ServerState::running);
    const auto shown = house.status("web").own_runs;
    REQUIRE(shown.size() == 1);
    CHECK(shown.front().run == 2);
    CHECK(shown.front().owner == "client A");
    CHECK(house.world.alive[id] == 2);
    CHECK(house.run((*own)->stop()));
    CHECK(house.run((*own)->wait()).code == 0);
    CHECK(house.until([&] { return house.shown("web") == 0; }));
    CHECK(house.world.alive[id] == 1);
    CHECK(house.status("web").state == ServerState::running);
    REQUIRE(house.restart("web"));
    CHECK(house.status("web").run == 3);
    house.until([&] { return has(house.event_types(), "server:exited"); });
    const auto runs = house.run(house.store->load_runs(id, 10));
    REQUIRE(runs);
    const auto recorded =
        std::find_if(runs->begin(), runs->end(), [](const RunRecord& run) { return run.run == 2; });
    REQUIRE(recorded != runs->end());
    CHECK(recorded->owner == "client A");
}

TEST_CASE("An own process is stopped with its object, and its owner is told of its end") {
    OwnHouse house;
    const auto id = house.define(SupervisedHouse::spec("web", Transport::stdio));
    REQUIRE(house.start("web"));
    int closing = 0, exited = 0;
    {
        auto own = house.launch("web", {[&] { ++closing; }, [&](const Exit&) { ++exited; }});
        REQUIRE(own);
        house.world.instances.at(id)->end(Exit{3, {}, false, now_utc()});
        CHECK(house.until([&] { return exited == 1; }));
        CHECK(closing == 0);
        CHECK(house.run((*own)->wait()).code == 3);
    }
    {
        auto own = house.launch("web", {[&] { ++closing; }, [&](const Exit&) { ++exited; }});
        REQUIRE(own);
        auto stopping = (*own)->stop();
        CHECK(house.run(std::move(stopping)));
        CHECK(closing == 1);
        CHECK(exited == 2);
    }
    { const auto own = house.launch("web"); }
    CHECK(house.until([&] { return house.shown("web") == 0 && house.world.alive[id] == 1; }));
    CHECK(exited == 2);
    CHECK(house.status("web").state == ServerState::running);
}

TEST_CASE("A stop, a restart and a removal of the server end every own process of it") {
    OwnHouse house;
    const auto id = house.define(SupervisedHouse::spec("web", Transport::stdio));
    REQUIRE(house.start("web"));
    auto first = house.launch("web");
    auto second = house.launch("web");
    REQUIRE(second);
    CHECK(house.shown("web") == 2);
    REQUIRE(house.stop("web"));
    CHECK(house.world.alive[id] == 0);
    CHECK(house.launch("web").error().code == ErrorCode::wrong_state);
    REQUIRE(house.start("web"));
    auto third = house.launch("web");
    REQUIRE(third);
    REQUIRE(house.restart("web"));
    CHECK(house.until([&] { return house.world.alive[id] == 1; }));
    auto fourth = house.launch("web");
    REQUIRE(fourth);
    REQUIRE(house.run(house.supervisor->remove("web", "uid:1000")));
    CHECK(house.world.alive[id] == 0);
}

TEST_CASE("An own process of a sleeping server does not wake it") {
    OwnHouse house;
    auto spec = SupervisedHouse::spec("web", Transport::stdio);
    spec.lazy = true;
    house.define(spec);
    REQUIRE(house.start("web"));
    auto own = house.launch("web");
    REQUIRE(own);
    CHECK(house.status("web").reason == Reason::asleep);
    CHECK(house.shown("web") == 1);
    CHECK(house.stop("web"));
    CHECK(house.shown("web") == 0);
}

TEST_CASE("An own process that cannot be launched says why, with its last lines") {
    OwnHouse house;
    const auto id = house.define(SupervisedHouse::spec("web", Transport::stdio));
    REQUIRE(house.start("web"));
    house.world.scripts[id].launch_error = Error{ErrorCode::cannot_launch, "start /bin/web: no such file",
                                                 R"({"stage":"exec","errno":"ENOENT"})"};
    const auto failed = house.launch("web");
    REQUIRE_FALSE(failed);
    CHECK(failed.error().details.json().find("ENOENT") != std::string::npos);
    CHECK(house.until([&] { return house.shown("web") == 0; }));
    CHECK(house.status("web").state == ServerState::running);
}

TEST_CASE("Own processes are bounded") {
    OwnHouse house;
    house.define(SupervisedHouse::spec("web", Transport::stdio));
    REQUIRE(house.start("web"));
    std::vector<std::unique_ptr<OwnRun>> all;
    for (int one = 0; one < 64; ++one) {
        auto own = house.launch("web");
        REQUIRE(own);
        all.push_back(std::move(*own));
    }
    const auto refused = house.launch("web");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::unavailable);
    all.pop_back();
    CHECK(house.until([&] { return house.shown("web") == 63; }));
    CHECK(house.launch("web"));
}

TEST_CASE("The next agent ends own processes of the one before it, and never takes one for the server") {
    OwnHouse house;
    const auto id = house.define(SupervisedHouse::spec("web", Transport::stdio));
    REQUIRE(house.start("web"));
    house.reopen(Supervisor::Servers::stop);
    house.runtime.to_adopt.push_back(std::make_unique<ScriptedInstance>(house.world, id, 1));
    house.runtime.to_adopt.push_back(
        std::make_unique<ScriptedInstance>(house.world, id, 2, InstanceKind::own));
    house.supervise();
    CHECK(house.status("web").state == ServerState::running);
    CHECK(house.status("web").run == 1);
    CHECK(house.until([&] { return house.world.alive[id] == 1; }));
    CHECK(house.shown("web") == 0);
}
