#include "agent/secrets/vault.hpp"
#include "tests/support/run_to_end.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::secrets;
using test::run_to_end;

namespace {

const Timestamp now{std::chrono::hours(500'000)};

struct House {
    test::TemporaryFolder folder;
    Loop loop;
    Vault vault{SecretFiles(folder / "secrets", folder / "secrets.key")};

    void put(const std::string& name, const std::string& value) {
        REQUIRE(run_to_end(loop, vault.put(name, value, now)));
    }
};

}  // namespace

TEST_CASE("A server is lent what its definition names, all or nothing") {
    House house;
    house.put("github", "ghp");
    house.put("db", "swordfish");
    const auto lent = run_to_end(house.loop, house.vault.lend("srv", {{"TOKEN", "github"}, {"PASS", "db"}}));
    REQUIRE(lent.has_value());
    CHECK(*lent == Values{{"TOKEN", "ghp"}, {"PASS", "swordfish"}});
    const auto missing =
        run_to_end(house.loop, house.vault.lend("srv", {{"TOKEN", "github"}, {"X", "none"}}));
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().code == ErrorCode::not_found);
    CHECK(missing.error().message.find("'none'") != std::string::npos);
}

TEST_CASE("What was lent is remembered, of each server by itself, and what was lent before too") {
    House house;
    house.put("github", "first");
    CHECK(house.vault.lent_to("one").empty());
    CHECK(run_to_end(house.loop, house.vault.lend("one", {{"TOKEN", "github"}})).has_value());
    CHECK(run_to_end(house.loop, house.vault.lend("one", {{"TOKEN", "github"}})).has_value());
    CHECK(house.vault.lent_to("one") == std::vector<std::string>{"first"});
    CHECK(house.vault.lent_to("two").empty());
    house.put("github", "second");
    CHECK(run_to_end(house.loop, house.vault.lend("one", {{"TOKEN", "github"}})).has_value());
    CHECK(house.vault.lent_to("one") == std::vector<std::string>{"first", "second"});
}

TEST_CASE("The vault lists without values and forgets what is removed") {
    House house;
    house.put("github", "ghp");
    const auto list = run_to_end(house.loop, house.vault.list());
    REQUIRE(list->size() == 1);
    CHECK(list->front().name == "github");
    REQUIRE(run_to_end(house.loop, house.vault.remove("github")));
    CHECK(run_to_end(house.loop, house.vault.list())->empty());
}

TEST_CASE("Of a secret that was removed nothing is remembered, of a running server until its next start") {
    House house;
    house.put("github", "first");
    house.put("db", "other");
    (void)run_to_end(house.loop, house.vault.lend("one", {{"T", "github"}, {"D", "db"}}));
    (void)run_to_end(house.loop, house.vault.lend("two", {{"T", "github"}}));
    house.vault.forget("github", [](const std::string& server) { return server == "two"; });
    CHECK(house.vault.lent_to("one") == std::vector<std::string>{"other"});
    CHECK(house.vault.lent_to("two") == std::vector<std::string>{"first"});
    (void)run_to_end(house.loop, house.vault.lend("two", {{"D", "db"}}));
    CHECK(house.vault.lent_to("two") == std::vector<std::string>{"other"});
}

TEST_CASE("What a removed server was lent is not kept, and others keep theirs") {
    House house;
    house.put("github", "ghp");
    for (const char* server : {"one", "two"})
        CHECK(run_to_end(house.loop, house.vault.lend(server, {{"TOKEN", "github"}})).has_value());
    house.vault.forget_server("one");
    house.vault.forget_server("none");
    CHECK(house.vault.lent_to("one").empty());
    CHECK(house.vault.lent_to("two") == std::vector<std::string>{"ghp"});
}
