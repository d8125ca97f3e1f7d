#include "tests/integration/supervisor/supervised_house.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace mcpm;
using namespace mcpm::test;

namespace {

struct LazyHouse : House {
    /// Its servers are idle for that long before they sleep; a definition cannot say less than a second.
    explicit LazyHouse(Duration idle = Duration(60'000)) {
        close(Supervisor::Servers::stop);
        timing.longest_idle = idle;
        open();
        supervise();
    }
    std::string define_lazy(const std::string& name) {
        auto made = spec(name, Transport::stdio);
        made.lazy = true;
        return define(std::move(made));
    }
    Result<ServerView> wake(const std::string& name) { return run(supervisor->wake(name, "client")); }
    bool is_asleep(const std::string& name) {
        return status(name).state == ServerState::stopped && status(name).reason == Reason::asleep;
    }
};

struct Wakes {
    int succeeded = 0, failed = 0;
    std::string error = {};
    std::vector<std::string> details = {};
    int answered() const { return succeeded + failed; }
};

Task<> wake_into(Supervisor& supervisor, std::string name, Wakes& wakes) {
    const auto woken = co_await supervisor.wake(std::move(name), "client");
    if (woken && woken->status.state == ServerState::running) {
        ++wakes.succeeded;
    } else {
        ++wakes.failed;
        if (!woken) {
            wakes.error = woken.error().message;
            wakes.details.push_back(woken.error().details.json());
        }
    }
}

/// One client: takes a lease, wakes the server and sees it run as long as it holds the lease.
Task<> use(LazyHouse& house, std::string id, Duration pause, int& lost, int& done) {
    co_await sleep_for(pause);
    const Lease lease = house.supervisor->hold(id);
    const auto woken = co_await house.supervisor->wake(id, "client");
    if (!woken) ++lost;
    for (int turn = 0; turn < 3; ++turn) {
        if (house.supervisor->find(id)->status.state != ServerState::running) ++lost;
        co_await sleep_for(std::chrono::milliseconds(1));
    }
    ++done;
}

}  // namespace

TEST_CASE("A started lazy server sleeps, is woken by a request, and sleeps again when nobody uses it") {
    LazyHouse house(Duration(20));
    const auto id = house.define_lazy("web");
    const auto started = house.start("web");
    REQUIRE(started);
    CHECK(house.is_asleep("web"));
    CHECK(started->status.desired == Desired::up);
    CHECK(house.world.launches == 0);
    const auto woken = house.wake("web");
    REQUIRE(woken);
    CHECK(woken->status.state == ServerState::running);
    CHECK(house.until([&] { return house.is_asleep("web"); }));
    CHECK(house.world.alive[id] == 0);
    CHECK(house.wake("web"));
    CHECK(house.world.launches == 2);
    CHECK(house.world.most_alive == 1);
    house.until([&] { return has(house.event_types(), "server:woken"); });
    CHECK(has(house.event_types(), "server:asleep"));
    CHECK(has(house.event_types(), "server:woken"));
}

TEST_CASE("A lease keeps a server awake, and the last one counts") {
    LazyHouse house(Duration(10));
    const auto id = house.define_lazy("web");
    REQUIRE(house.start("web"));
    Lease first = house.supervisor->hold(id);
    REQUIRE(house.wake("web"));
    Lease second = house.supervisor->hold(id);
    first.end();
    Lease moved = std::move(second);
    for (int turn = 0; turn < 20; ++turn) house.run(sleep_for(std::chrono::milliseconds(2)));
    CHECK(house.status("web").state == ServerState::running);
    moved = Lease();
    CHECK(house.until([&] { return house.is_asleep("web"); }));
    CHECK(house.world.launches == 1);
}

TEST_CASE("A lease of a server that is gone or never was does no harm") {
    LazyHouse house;
    const auto id = house.define_lazy("web");
    const Lease none = house.supervisor->hold("srv_none");
    Lease lease = house.supervisor->hold(id);
    REQUIRE(house.run(house.supervisor->remove("web", "uid:1000")));
    lease.end();
    const Lease later = house.supervisor->hold(house.define_lazy("other"));
    house.close(Supervisor::Servers::stop);
}

TEST_CASE("Any number of wakes at the same time share one start") {
    LazyHouse house;
    house.define_lazy("web");
    REQUIRE(house.start("web"));
    house.world.launch_time = Duration(20);
    Wakes wakes;
    TaskGroup askers(house.loop);
    for (int asker = 0; asker < 20; ++asker) {
        askers.spawn("wake", wake_into(*house.supervisor, "web", wakes));
    }
    CHECK(house.until([&] { return wakes.answered() == 20; }));
    CHECK(wakes.succeeded == 20);
    CHECK(house.world.launches == 1);
}

TEST_CASE(
    "When the start fails all who wait get the error with the last lines, and the next wake tries again") {
    LazyHouse house;
    house.ready_at_once = false;
    const auto id = house.define_lazy("web");
    house.world.scripts[id].exits_at_once = 3;
    house.world.scripts[id].says = "GITHUB_TOKEN is required\n";
    REQUIRE(house.start("web"));
    house.world.launch_time = Duration(10);
    Wakes wakes;
    TaskGroup askers(house.loop);
    for (int asker = 0; asker < 5; ++asker) {
        askers.spawn("wake", wake_into(*house.supervisor, "web", wakes));
    }
    REQUIRE(house.until([&] { return wakes.answered() == 5; }));
    CHECK(wakes.failed == 5);
    CHECK(wakes.error.find("exited with code 3") != std::string::npos);
    for (const std::string& details : wakes.details) {
        CHECK(details.find("GITHUB_TOKEN is required") != std::string::npos);
    }
    CHECK(house.world.launches == 1);
    CHECK(house.status("web").state == ServerState::failed);
    house.world.scripts[id] = {};
    house.ready_at_once = true;
    CHECK(house.wake("web"));
    CHECK(house.world.launches == 2);
}

TEST_CASE("A stopped or disabled server is not woken, and the error says what to do") {
    LazyHouse house;
    house.define_lazy("web");
    const auto stopped = house.wake("web");
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().code == ErrorCode::wrong_state);
    CHECK(stopped.error().message.find("stopped") != std::string::npos);
    CHECK(stopped.error().hint.find("mcpm start web") != std::string::npos);
    auto disabled = SupervisedHouse::spec("off");
    disabled.enabled = false;
    house.define(disabled);
    CHECK(house.wake("off").error().code == ErrorCode::conflict);
    CHECK(house.wake("nobody").error().code == ErrorCode::server_not_found);
    CHECK(house.world.launches == 0);
}

TEST_CASE("A stop of a server that is being woken ends the wake with an error") {
    LazyHouse house;
    house.ready_at_once = false;
    const auto id = house.define_lazy("web");
    REQUIRE(house.start("web"));
    Wakes wakes;
    TaskGroup askers(house.loop);
    askers.spawn("wake", wake_into(*house.supervisor, "web", wakes));
    REQUIRE(house.until([&] { return house.status("web").state == ServerState::starting; }));
    CHECK(house.stop("web"));
    CHECK(house.until([&] { return wakes.failed == 1; }));
    CHECK(wakes.error.find("stopped") != std::string::npos);
    CHECK(house.world.alive[id] == 0);
}

TEST_CASE("A wake starts what waits to be started again, and fails at once in a crash loop") {
    LazyHouse house;
    house.timing.backoff_first = house.timing.backoff_ceiling = Duration(60'000);
    house.reopen(Supervisor::Servers::stop);
    house.supervise();
    const auto id = house.define("web");
    REQUIRE(house.start("web"));
    house.crash(id);
    REQUIRE(house.until([&] { return house.status("web").run == 2; }));
    house.crash(id);
    REQUIRE(house.until([&] { return house.status("web").state == ServerState::waiting; }));
    CHECK(house.wake("web"));
    for (int times = 0; times < 5 && house.status("web").reason != Reason::crash_loop; ++times) {
        house.wake("web");
        house.crash(id);
        house.until([&] { return house.status("web").state == ServerState::waiting; });
    }
    REQUIRE(house.status("web").reason == Reason::crash_loop);
    const auto woken = house.wake("web");
    REQUIRE_FALSE(woken);
    CHECK(woken.error().message.find("crash loop") != std::string::npos);
}

TEST_CASE("The next agent lets a lazy server sleep, and gives one that was taken over its idle time") {
    LazyHouse house{Duration(20)};
    const auto asleep = house.define_lazy("asleep");
    const auto awake = house.define_lazy("awake");
    REQUIRE(house.start("asleep"));
    REQUIRE(house.start("awake"));
    house.reopen(Supervisor::Servers::stop);
    house.runtime.to_adopt.push_back(std::make_unique<ScriptedInstance>(house.world, awake, 1));
    house.supervise();
    CHECK(house.is_asleep("asleep"));
    CHECK(house.status("awake").state == ServerState::running);
    CHECK(house.until([&] { return house.is_asleep("awake"); }));
    CHECK(house.world.launches == 0);
    CHECK(house.wake("asleep"));
}

TEST_CASE("A dependency that sleeps is woken, and stays awake while it is needed") {
    LazyHouse house{Duration(10)};
    house.define_lazy("db");
    auto web = SupervisedHouse::spec("web");
    web.depends_on = {{"db", DependencyCondition::started}};
    house.define(web);
    REQUIRE(house.start("web"));
    CHECK(house.status("db").state == ServerState::running);
    for (int turn = 0; turn < 20; ++turn) house.run(sleep_for(std::chrono::milliseconds(2)));
    CHECK(house.status("db").state == ServerState::running);
    REQUIRE(house.stop("web"));
    CHECK(house.until([&] { return house.is_asleep("db"); }));
}

TEST_CASE("An update that takes laziness away starts a sleeping server") {
    LazyHouse house;
    house.define_lazy("web");
    REQUIRE(house.start("web"));
    auto spec = house.supervisor->find("web")->spec;
    spec.lazy = false;
    REQUIRE(house.run(house.supervisor->update("web", spec, "uid:1000")));
    CHECK(house.until([&] { return house.status("web").state == ServerState::running; }));
}

TEST_CASE("In the race between sleeping and waking no use is lost and there is never a second instance") {
    LazyHouse house(Duration(0));
    const auto id = house.define_lazy("web");
    REQUIRE(house.start("web"));
    house.world.launch_time = Duration(1);
    int lost = 0, done = 0;
    TaskGroup clients(house.loop);
    for (int client = 0; client < 200; ++client) {
        clients.spawn("client", use(house, id, Duration(client * 4 + client % 7), lost, done));
    }
    CHECK(house.until([&] { return done == 200; }));
    CHECK(lost == 0);
    CHECK(house.world.most_alive == 1);
    CHECK(house.world.launches > 10);
    CHECK(house.until([&] { return house.is_asleep("web"); }));
}
