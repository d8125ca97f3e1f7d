#include "tests/integration/supervisor/supervised_house.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <fstream>

using namespace mcpm;
using namespace mcpm::test;

namespace {

Task<> start_into(Supervisor& supervisor, std::string name, int& succeeded, int& answered) {
    const auto started = co_await supervisor.start(std::move(name), "uid:1000");
    if (started) ++succeeded;
    ++answered;
}

}  // namespace

TEST_CASE("A started server is running, and stopped it is gone") {
    House house;
    const auto id = house.define("web");
    const auto started = house.start("web");
    REQUIRE(started);
    CHECK(started->status.state == ServerState::running);
    CHECK(started->status.run == 1);
    CHECK(started->status.pid == 4711);
    const auto stopped = house.stop("web");
    REQUIRE(stopped);
    CHECK(stopped->status.state == ServerState::stopped);
    CHECK_FALSE(stopped->status.pid);
    CHECK(house.world.alive[id] == 0);
}

TEST_CASE("A start of a running server and a stop of a stopped one succeed at once") {
    House house;
    house.define("web");
    CHECK(house.stop("web"));
    CHECK(house.start("web"));
    CHECK(house.start("web"));
    CHECK(house.world.launches == 1);
}

TEST_CASE("What was known about the health of a server ends with its process") {
    House house;
    const auto id = house.define("web");
    const auto started = house.start("web");
    REQUIRE(started);
    house.supervisor->report_health(id, started->status.run, Health::healthy, {});
    CHECK(house.status("web").health == Health::healthy);
    const auto stopped = house.stop("web");
    REQUIRE(stopped);
    CHECK(stopped->status.health == Health::unknown);
    house.supervisor->report_health(id, started->status.run, Health::healthy, {});
    CHECK(house.status("web").health == Health::unknown);
}

TEST_CASE("Starts at the same time share one launch") {
    House house;
    house.define(SupervisedHouse::spec("web", Transport::stdio));
    house.world.launch_time = Duration(20);
    int succeeded = 0, answered = 0;
    TaskGroup askers(house.loop);
    for (int asker = 0; asker < 20; ++asker) {
        askers.spawn("asker", start_into(*house.supervisor, "web", succeeded, answered));
    }
    CHECK(house.until([&] { return answered == 20; }));
    CHECK(succeeded == 20);
    CHECK(house.world.launches == 1);
}

TEST_CASE("A server with a session is running when the session reports ready") {
    House house;
    house.ready_at_once = false;
    const auto id = house.define([] {
        auto spec = SupervisedHouse::spec("mcp", Transport::stdio);
        spec.start_timeout = Duration(2000);
        return spec;
    }());
    int succeeded = 0, answered = 0;
    TaskGroup askers(house.loop);
    askers.spawn("asker", start_into(*house.supervisor, "mcp", succeeded, answered));
    REQUIRE(house.until([&] { return has(house.attached, id); }));
    CHECK(house.status("mcp").state == ServerState::starting);
    house.supervisor->report_ready(id, 1);
    CHECK(house.until([&] { return answered == 1; }));
    CHECK(succeeded == 1);
    CHECK(house.status("mcp").state == ServerState::running);
}

TEST_CASE("A server that never becomes ready is stopped, and its start says so") {
    House house;
    house.ready_at_once = false;
    house.define(SupervisedHouse::spec("mcp", Transport::stdio));
    const auto started = house.start("mcp");
    REQUIRE_FALSE(started);
    CHECK(started.error().code == ErrorCode::died_at_start);
    CHECK(started.error().message.find("not ready within") != std::string::npos);
    CHECK(house.status("mcp").reason == Reason::start_timeout);
}

TEST_CASE("A server that dies before it is ready says how, with its last lines") {
    House house;
    house.ready_at_once = false;
    const auto id = house.define(SupervisedHouse::spec("mcp", Transport::stdio));
    house.world.scripts[id].exits_at_once = 3;
    house.world.scripts[id].says = "first\nGITHUB_TOKEN is required\n";
    const auto started = house.start("mcp");
    REQUIRE_FALSE(started);
    CHECK(started.error().code == ErrorCode::died_at_start);
    CHECK(started.error().message.find("exited with code 3") != std::string::npos);
    CHECK(started.error().details.json().find("GITHUB_TOKEN is required") != std::string::npos);
    const auto why = house.run(house.supervisor->why("mcp"));
    REQUIRE(why);
    CHECK(why->cause_code == "MCPM-E206");
    REQUIRE_FALSE(why->runs.empty());
    CHECK(why->runs.back().exit->code == 3);
}

TEST_CASE("A launch that fails carries stage and errno, and is not tried again by itself") {
    House house;
    const auto id = house.define("web");
    house.world.scripts[id].launch_error = Error{ErrorCode::cannot_launch, "start /bin/web: no such file",
                                                 R"({"stage":"exec","errno":"ENOENT"})"};
    const auto started = house.start("web");
    REQUIRE_FALSE(started);
    CHECK(started.error().code == ErrorCode::cannot_launch);
    CHECK(started.error().details.json().find("ENOENT") != std::string::npos);
    CHECK(house.status("web").state == ServerState::failed);
    CHECK(house.status("web").reason == Reason::start_failed);
    const auto why = house.run(house.supervisor->why("web"));
    CHECK(why->cause_code == "MCPM-E101");
    CHECK(house.world.launches == 1);
}

TEST_CASE("A crashed server is restarted at once and keeps its history") {
    House house;
    const auto id = house.define("web");
    REQUIRE(house.start("web"));
    house.crash(id);
    REQUIRE(house.until([&] { return house.status("web").run == 2; }));
    CHECK(house.until([&] { return house.status("web").state == ServerState::running; }));
    CHECK(house.status("web").restart_count == 1);
    CHECK(house.status("web").last_exit->signal == SIGKILL);
    CHECK(house.world.most_alive == 1);
    const auto why = house.run(house.supervisor->why("web"));
    REQUIRE(why->runs.size() == 2);
    CHECK(why->runs[1].reason == Ending::crashed);
    CHECK(why->notes == std::vector<std::string>{"memory limit: not here"});
}

TEST_CASE("A crash loop is announced once and shown") {
    House house;
    const auto id = house.define("web");
    house.world.scripts[id].exits_at_once = 1;
    house.start("web");
    REQUIRE(house.until([&] { return house.status("web").reason == Reason::crash_loop; }));
    REQUIRE(house.until([&] { return house.world.launches >= 7; }));
    const auto types = house.event_types();
    CHECK(std::count(types.begin(), types.end(), "server:crash-loop") == 1);
    CHECK(house.world.most_alive == 1);
    CHECK(house.stop("web"));
}

TEST_CASE("A stubborn server is killed, and the steps come in order") {
    House house;
    const auto id = house.define(SupervisedHouse::spec("mcp", Transport::stdio));
    house.world.scripts[id].ends_on_closed_input = false;
    house.world.scripts[id].ends_on_terminate = false;
    REQUIRE(house.start("mcp"));
    CHECK(house.stop("mcp"));
    CHECK(house.world.steps ==
          std::vector<std::string>{"close " + id, "term " + id, "kill " + id, "sweep " + id});
    CHECK(has(house.attached, id + " closing"));
    CHECK(has(house.detached, id));
}

TEST_CASE("What would not die is named, and nothing is launched before it is gone") {
    House house;
    const auto id = house.define("web");
    house.world.scripts[id].sweeps_that_fail = 3;
    REQUIRE(house.start("web"));
    const auto stopped = house.stop("web");
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().message.find("4711") != std::string::npos);
    house.world.scripts[id].sweeps_that_fail = 0;
    CHECK(house.until([&] { return house.status("web").state == ServerState::stopped; }));
    CHECK(house.start("web"));
    CHECK(house.world.most_alive == 1);
}

TEST_CASE("A restart gives a new run") {
    House house;
    house.define("web");
    REQUIRE(house.start("web"));
    const auto restarted = house.restart("web");
    REQUIRE(restarted);
    CHECK(restarted->status.run == 2);
    CHECK(house.world.most_alive == 1);
}

TEST_CASE("The desired state is restored by the next agent, in dependency order, with runs going on") {
    House house;
    house.define("db");
    auto web = SupervisedHouse::spec("web");
    web.depends_on = {{"db", DependencyCondition::started}};
    house.define(web);
    house.define("idle");
    REQUIRE(house.start("web"));
    house.reopen(Supervisor::Servers::stop);
    house.supervise();
    CHECK(house.until([&] { return house.status("web").state == ServerState::running; }));
    CHECK(house.status("web").run == 2);
    CHECK(house.status("idle").state == ServerState::stopped);
}

TEST_CASE("A running server is taken over with its run, an unwanted or unknown one is ended") {
    House house;
    const auto kept = house.define(SupervisedHouse::spec("kept", Transport::stdio));
    const auto unwanted = house.define(SupervisedHouse::spec("unwanted", Transport::stdio));
    REQUIRE(house.start("kept"));
    house.reopen(Supervisor::Servers::stop);
    house.world.steps.clear();
    house.attached.clear();
    const int launches = house.world.launches;
    house.runtime.to_adopt.push_back(std::make_unique<ScriptedInstance>(house.world, kept, 1));
    house.runtime.to_adopt.push_back(std::make_unique<ScriptedInstance>(house.world, unwanted, 5));
    house.runtime.to_adopt.push_back(std::make_unique<ScriptedInstance>(house.world, "srv_aaaaaaaaaaaa", 1));
    house.supervise();
    CHECK(house.status("kept").state == ServerState::running);
    CHECK(house.status("kept").run == 1);
    CHECK(has(house.attached, kept + " resumed"));
    CHECK(house.until([&] { return house.status("unwanted").state == ServerState::stopped; }));
    CHECK(house.until([&] { return house.world.alive["srv_aaaaaaaaaaaa"] == 0; }));
    CHECK(house.world.launches == launches);
}

TEST_CASE("A server that ended while no agent lived goes through the normal end") {
    House house;
    const auto id = house.define("web");
    REQUIRE(house.start("web"));
    house.reopen(Supervisor::Servers::stop);
    auto ended = std::make_unique<ScriptedInstance>(house.world, id, 1);
    ended->end(Exit{7, {}, false, now_utc()});
    house.runtime.to_adopt.push_back(std::move(ended));
    house.supervise();
    CHECK(house.until([&] { return house.status("web").run == 2; }));
    CHECK(house.status("web").last_exit->code == 7);
}

TEST_CASE("Launches at once are bounded") {
    House house;
    for (int server = 0; server < 12; ++server) house.define("s" + std::to_string(server));
    for (int server = 0; server < 12; ++server) REQUIRE(house.start("s" + std::to_string(server)));
    house.reopen(Supervisor::Servers::stop);
    house.world.launch_time = Duration(5);
    house.world.most_launching = 0;
    house.start_concurrency = 3;
    house.supervise();
    CHECK(house.until([&] {
        const auto all = house.supervisor->list();
        return std::all_of(all.begin(), all.end(),
                           [](const ServerView& view) { return view.status.state == ServerState::running; });
    }));
    CHECK(house.world.most_launching == 3);
}

TEST_CASE("Waiting ends when the goal is reached, cannot be reached, or time is up") {
    House house;
    const auto id = house.define("web");
    const auto wait = [&](Supervisor::Goal goal) {
        return house.run(house.supervisor->wait("web", goal, Duration(50)));
    };
    CHECK(wait(Supervisor::Goal::stopped));
    CHECK(wait(Supervisor::Goal::running).error().code == ErrorCode::wrong_state);
    REQUIRE(house.start("web"));
    CHECK(wait(Supervisor::Goal::running));
    CHECK(wait(Supervisor::Goal::healthy).error().code == ErrorCode::timed_out);
    house.supervisor->report_health(id, 1, Health::healthy, "");
    CHECK(wait(Supervisor::Goal::healthy));
    CHECK(wait(Supervisor::Goal::stopped).error().code == ErrorCode::timed_out);
}

TEST_CASE("An unhealthy server is restarted when its definition says so") {
    House house;
    auto spec = SupervisedHouse::spec("web");
    spec.health.restart_when_unhealthy = true;
    const auto id = house.define(spec);
    REQUIRE(house.start("web"));
    house.supervisor->report_health(id, 1, Health::unhealthy, "no answer");
    CHECK(house.until([&] { return house.status("web").run == 2; }));
    CHECK(house.status("web").health == Health::unknown);
}

TEST_CASE("Every transition is an event with its actor, kept in the store") {
    House house;
    house.define("web");
    REQUIRE(house.start("web"));
    REQUIRE(house.stop("web"));
    house.until([&] { return has(house.event_types(), "server:exited"); });
    const auto types = house.event_types();
    CHECK(has(types, "server:created"));
    CHECK(has(types, "server:status"));
    CHECK(has(types, "server:exited"));
    const auto kept = house.run(house.store->load_events(EventQuery{}));
    REQUIRE(kept);
    CHECK(std::any_of(kept->begin(), kept->end(),
                      [](const Event& event) { return event.actor == "uid:1000"; }));
}

TEST_CASE("Servers that are left live on when the supervisor closes") {
    House house;
    const auto id = house.define("web");
    REQUIRE(house.start("web"));
    house.world.steps.clear();
    house.close(Supervisor::Servers::leave);
    CHECK(house.world.steps.empty());
    CHECK(house.world.alive[id] == 1);
}
