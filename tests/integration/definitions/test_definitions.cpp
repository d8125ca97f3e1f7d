// Definitions as code: no HTTP, a supervisor with scripted instances, a keeper that nothing is asked of.
#include "agent/definitions/definitions.hpp"
#include "tests/integration/supervisor/supervised_house.hpp"
#include "tests/support/kept_children.hpp"
#include "tests/support/kept_house.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

using namespace mcpm;
using namespace mcpm::test;

namespace {

struct Defined : House {
    Defined() {
        Paths paths;
        paths.data = folder;
        packages.emplace(loop, workers, *link, runtime, paths, Config{}, log);
        health.emplace(loop, *supervisor, sessions, *store, HealthWatch::Commands{}, outside, log);
        definitions.emplace(loop, *supervisor, *health, *packages, engine);
    }
    ~Defined() {
        run(health->close());
        run(packages->close());
        link->close();
    }
    Result<ServerView> add(ServerSpec made) { return run(definitions->define(std::move(made), "uid:1000")); }
    Result<ServerView> change(const std::string& id, ServerSpec made) {
        return run(definitions->redefine(id, std::move(made), "uid:1000"));
    }

    KeptHouse keeper;
    std::unique_ptr<KeeperLink> link = connect(loop, keeper);
    Workers workers{1};
    outgoing::Client outside{loop, workers};
    mcp::Sessions sessions{loop, {}};
    engine::Engine engine{loop, {}};
    AgentLog log{LogLevel::fatal};
    std::optional<PackageDesk> packages;
    std::optional<HealthWatch> health;
    std::optional<Definitions> definitions;
};

ServerSpec from_image(const std::string& name, const std::string& image) {
    auto made = House::spec(name);
    made.type = ServerType::container;
    made.source = ImageSource{image, {}};
    return made;
}

/// Defined and pinned to a folder of its own, which is there.
std::string add_package(Defined& house, const std::string& name) {
    const auto folder = house.folder / "packages" / "npm" / name / "1.0.0";
    std::filesystem::create_directories(folder);
    const auto id = house.define(name);
    auto made = house.supervisor->find(id)->spec;
    PackageSource source{PackageRegistry::npm, name};
    source.pin = PackagePin{"1.0.0", "sha512-x", folder.string(), {"/bin/true"}, {}};
    made.source = std::move(source);
    REQUIRE(house.run(house.supervisor->update(id, made, "agent")));
    return id;
}

Task<> remove_into(Definitions& definitions, std::string id, unsigned& removed) {
    const auto done = co_await definitions.remove(std::move(id), "uid:1000");
    if (done) ++removed;
}

}  // namespace

TEST_CASE("Packages of servers that are removed at once all go") {
    Defined house;
    std::vector<std::string> ids;
    for (const char* name : {"one", "two", "three"}) ids.push_back(add_package(house, name));
    TaskGroup askers(house.loop);
    unsigned removed = 0;
    for (const auto& id : ids) askers.spawn("removal", remove_into(*house.definitions, id, removed));
    REQUIRE(house.until([&] { return removed == ids.size(); }));
    CHECK(std::filesystem::is_empty(house.folder / "packages" / "npm"));
}

TEST_CASE("A name belongs to one server, and a server may keep its own") {
    Defined house;
    const auto web = house.add(House::spec("web"));
    REQUIRE(web);
    const auto again = house.add(House::spec("web"));
    REQUIRE_FALSE(again);
    CHECK(again.error().code == ErrorCode::conflict);
    CHECK(again.error().details.text(Detail::field) == "name");
    CHECK(again.error().hint.find("`mcpm show web`") != std::string::npos);
    const auto other = house.add(House::spec("other"));
    REQUIRE(other);
    CHECK(house.change(other->id, House::spec("web")).error().code == ErrorCode::conflict);
    auto changed = House::spec("web");
    changed.labels["team"] = "web";
    REQUIRE(house.change(web->id, changed));
    CHECK(house.supervisor->find("web")->spec.labels == changed.labels);
}

TEST_CASE("What nobody may define is refused before anything is done for it") {
    Defined house;
    CHECK(house.add(House::spec(".")).error().code == ErrorCode::validation_error);
    CHECK(house.change("nobody", House::spec("web")).error().code == ErrorCode::server_not_found);
    CHECK(house.supervisor->list().empty());
}

TEST_CASE(
    "A pin is the agent's word: a client's is dropped, and the agent's stays for the same image alone") {
    Defined house;
    auto pinned = from_image("web", "example/web:1");
    std::get<ImageSource>(pinned.source).pin = ImagePin{"sha256:forged", {}, {}};
    const auto web = house.add(pinned);
    REQUIRE_MESSAGE(web, web.error().message);
    CHECK_FALSE(std::get<ImageSource>(web->spec.source).pin);
    auto own = web->spec;
    std::get<ImageSource>(own.source).pin = ImagePin{"sha256:own", {}, {}};
    REQUIRE(house.run(house.supervisor->update(web->id, own, "agent")));
    REQUIRE(house.change(web->id, from_image("web", "example/web:1")));
    const auto same = house.supervisor->find("web");
    REQUIRE(std::get<ImageSource>(same->spec.source).pin);
    CHECK(std::get<ImageSource>(same->spec.source).pin->id == "sha256:own");
    REQUIRE(house.change(web->id, from_image("web", "example/web:2")));
    CHECK_FALSE(std::get<ImageSource>(house.supervisor->find("web")->spec.source).pin);
}

TEST_CASE("Only what comes from a package or an image can be upgraded, and the others stay as they are") {
    Defined house;
    const auto web = house.add(House::spec("web"));
    REQUIRE(web);
    const auto upgraded = house.run(house.definitions->upgrade(*web, Upgrade::perform, "", "uid:1000"));
    REQUIRE_FALSE(upgraded);
    CHECK(upgraded.error().code == ErrorCode::validation_error);
    CHECK(upgraded.error().message == "upgrading server 'web': it does not come from a package or an image");
}

TEST_CASE("A dependency that does not exist is accepted and noted") {
    Defined house;
    auto web = House::spec("web");
    web.depends_on.push_back({"database", {}});
    const auto defined = house.add(web);
    REQUIRE(defined);
    CHECK(house.definitions->notes(defined->spec) ==
          std::vector<std::string>{"it depends on \"database\", which does not exist"});
    REQUIRE(house.add(House::spec("database")));
    CHECK(house.definitions->notes(defined->spec).empty());
    REQUIRE(house.run(house.definitions->remove("database", "uid:1000")));
    CHECK(house.definitions->notes(defined->spec).size() == 1);
}
