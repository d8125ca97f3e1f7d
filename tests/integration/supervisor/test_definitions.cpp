#include "tests/integration/supervisor/supervised_house.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

namespace {

Task<> remove_into(Supervisor& supervisor, std::string name, std::vector<std::string>& said) {
    const auto removed = co_await supervisor.remove(std::move(name), "uid:1000");
    said.push_back(removed ? "removed" : removed.error().message);
}

Task<> restart_into(Supervisor& supervisor, std::string name, std::vector<std::string>& said) {
    const auto up = co_await supervisor.restart(std::move(name), "uid:1000");
    said.push_back(up ? "up" : up.error().message);
}

}  // namespace

TEST_CASE("Names are unique, ids stay, and definitions survive the agent") {
    House house;
    const auto id = house.define("web");
    const auto again = house.run(house.supervisor->create(SupervisedHouse::spec("web"), "uid:1000"));
    REQUIRE_FALSE(again);
    CHECK(again.error().code == ErrorCode::conflict);
    const auto renamed =
        house.run(house.supervisor->update("web", SupervisedHouse::spec("site"), "uid:1000"));
    REQUIRE(renamed);
    CHECK(renamed->id == id);
    CHECK_FALSE(house.supervisor->find("web"));
    house.reopen(Supervisor::Servers::stop);
    house.supervise();
    CHECK(house.supervisor->find("site")->id == id);
    CHECK(house.run(house.supervisor->remove("site", "uid:1000")));
    house.reopen(Supervisor::Servers::stop);
    house.supervise();
    CHECK(house.supervisor->list().empty());
}

TEST_CASE("An unknown server is not found, and a near miss gets a suggestion") {
    House house;
    house.define("filesystem");
    CHECK(house.start("nothing-like-it").error().code == ErrorCode::server_not_found);
    CHECK(house.stop("x").error().code == ErrorCode::server_not_found);
    CHECK(house.start("filesytem").error().message.find("'filesystem'") != std::string::npos);
}

TEST_CASE("A disabled server is not started, and the error says how to enable it") {
    House house;
    auto spec = SupervisedHouse::spec("web");
    spec.enabled = false;
    house.define(spec);
    const auto started = house.start("web");
    REQUIRE_FALSE(started);
    CHECK(started.error().code == ErrorCode::conflict);
    CHECK(started.error().hint == "mcpm enable web");
}

TEST_CASE("Dependencies are started first, and a cycle is refused with its names") {
    House house;
    auto web = SupervisedHouse::spec("web");
    web.depends_on = {{"db", DependencyCondition::started}};
    house.define(web);
    const auto early = house.start("web");
    REQUIRE_FALSE(early);
    CHECK(early.error().code == ErrorCode::cannot_launch);
    auto db = SupervisedHouse::spec("db");
    db.depends_on = {{"web", DependencyCondition::started}};
    const auto cycle = house.run(house.supervisor->create(db, "uid:1000"));
    REQUIRE_FALSE(cycle);
    CHECK(cycle.error().message.find("web -> db -> web") != std::string::npos);
    house.define("db");
    REQUIRE(house.start("web"));
    CHECK(house.status("db").state == ServerState::running);
    CHECK(house.status("db").desired == Desired::up);
}

TEST_CASE("A dependency that fails fails the start and is named") {
    House house;
    const auto db = house.define("db");
    house.world.scripts[db].launch_error =
        Error{ErrorCode::cannot_launch, "no such file", R"({"errno":"ENOENT"})"};
    auto web = SupervisedHouse::spec("web");
    web.depends_on = {{"db", DependencyCondition::started}};
    house.define(web);
    const auto started = house.start("web");
    REQUIRE_FALSE(started);
    CHECK(started.error().code == ErrorCode::cannot_launch);
    CHECK(started.error().message.find("\"db\"") != std::string::npos);
    CHECK(house.run(house.supervisor->why("web"))->cause_code == "MCPM-E301");
}

TEST_CASE("At the end dependants stop before what they depend on") {
    House house;
    const auto db = house.define("db");
    auto web = SupervisedHouse::spec("web");
    web.depends_on = {{"db", DependencyCondition::started}};
    const auto web_id = house.define(web);
    REQUIRE(house.start("web"));
    house.close(Supervisor::Servers::stop);
    CHECK(place(house.world.steps, "sweep " + web_id) < place(house.world.steps, "term " + db));
}

TEST_CASE("Removing a server stops it and those that need it, and takes its log away") {
    House house;
    const auto db = house.define("db");
    auto web = SupervisedHouse::spec("web");
    web.depends_on = {{"db", DependencyCondition::started}};
    const auto web_id = house.define(web);
    REQUIRE(house.start("web"));
    const auto folder = house.logs->folder_of(db);
    REQUIRE(house.run(house.supervisor->remove("db", "uid:1000")));
    CHECK(house.status("web").state == ServerState::stopped);
    CHECK(place(house.world.steps, "sweep " + web_id) < place(house.world.steps, "term " + db));
    CHECK_FALSE(house.supervisor->find("db"));
    CHECK(house.until([&] { return !std::filesystem::exists(folder); }));
}

TEST_CASE("A removal that has begun wins over a restart, which is told so") {
    House house;
    const auto id = house.define("web");
    REQUIRE(house.start("web"));
    std::vector<std::string> said;
    TaskGroup askers(house.loop);
    askers.spawn("removal", remove_into(*house.supervisor, "web", said));
    askers.spawn("restart", restart_into(*house.supervisor, "web", said));
    REQUIRE(house.until([&] { return said.size() == 2; }));
    CHECK(said == std::vector<std::string>{"start \"web\": it is being removed", "removed"});
    CHECK_FALSE(house.supervisor->find("web"));
    CHECK(house.world.alive[id] == 0);
    CHECK(house.world.launches == 1);
}
