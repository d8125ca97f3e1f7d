#include "agent/secrets/kept_secrets.hpp"
#include "agent/secrets/vault.hpp"
#include "tests/support/run_to_end.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace mcpm;
using namespace mcpm::secrets;
namespace fs = std::filesystem;
using Names = std::vector<std::string>;

namespace {

const Timestamp now{std::chrono::hours(500'000)};

struct House {
    test::TemporaryFolder folder;
    fs::path data = folder / "data";
    SecretFiles files{data / "secrets", data / "secrets.key"};
    fs::path names = folder / "names";
    KeptSecrets kept{files, names};

    House() {
        put("github", "ghp");
        put("db", "swordfish");
    }
    void put(const std::string& name, const std::string& value) {
        REQUIRE(files.put(name, value, now));
        kept.stored(name);
    }
    std::string value(const std::string& name) const {
        const auto found = files.get(name);
        return found ? *found : std::string("none");
    }
};

void garble(const fs::path& path) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(20);
    file << "garbled";
}

}  // namespace

TEST_CASE("The whole folder of a vault is deleted: all of it is written anew") {
    House house;
    CHECK(house.kept.look().written_anew.empty());
    fs::remove_all(house.data);
    const auto look = house.kept.look();
    CHECK(look.written_anew == Names{"db", "github"});
    CHECK(look.has_new_key_file);
    CHECK(look.lost.empty());
    CHECK(house.value("github") == "ghp");
    CHECK(house.value("db") == "swordfish");
    CHECK(house.kept.look().written_anew.empty());
}

TEST_CASE("A value's file that is deleted or garbled is written anew, by itself") {
    House house;
    fs::remove(house.files.path_of("db"));
    garble(house.files.path_of("github"));
    const auto look = house.kept.look();
    CHECK(look.written_anew == Names{"db", "github"});
    CHECK_FALSE(look.has_new_key_file);
    CHECK(house.value("github") == "ghp");
    CHECK(house.value("db") == "swordfish");
}

TEST_CASE("What is no file in place of the key or of a value stays there and is no loss of the other") {
    House house;
    (void)house.kept.look();
    const auto key = house.data / "secrets.key";
    fs::rename(key, house.data / "kept.key");
    fs::create_symlink("/dev/zero", key);
    auto look = house.kept.look();
    CHECK_FALSE(look.has_new_key_file);
    CHECK(fs::is_symlink(fs::symlink_status(key)));
    CHECK(house.value("github") == "none");
    fs::remove(key);
    fs::rename(house.data / "kept.key", key);
    CHECK(house.value("github") == "ghp");
    const auto value = house.files.path_of("db");
    fs::remove(value);
    fs::create_symlink("/dev/zero", value);
    look = house.kept.look();
    CHECK(look.written_anew.empty());
    CHECK(look.lost == Names{"db"});
    CHECK(fs::is_symlink(fs::symlink_status(value)));
    CHECK(house.value("github") == "ghp");
}

TEST_CASE("A key that opens nothing is moved aside for the one before it") {
    House house;
    const Key other = Key::make();
    fs::remove(house.files.key_file());
    std::ofstream(house.files.key_file(), std::ios::binary) << other.text();
    CHECK(house.kept.look().has_new_key_file);
    CHECK(house.value("github") == "ghp");
    CHECK(fs::exists(house.files.key_file().string() + ".replaced"));
}

TEST_CASE("Another vault that was put in the place of this one is believed") {
    House house;
    test::TemporaryFolder elsewhere;
    const SecretFiles others(elsewhere / "secrets", elsewhere / "secrets.key");
    for (const auto* name : {"github", "db"}) REQUIRE(others.put(name, "other", now));
    fs::remove_all(house.data);
    fs::create_directories(house.data);
    fs::copy(elsewhere / "secrets", house.data / "secrets");
    fs::copy(elsewhere / "secrets.key", house.data / "secrets.key");
    const auto look = house.kept.look();
    CHECK_FALSE(look.has_new_key_file);
    CHECK(look.written_anew.empty());
    CHECK(house.value("github") == "other");
}

TEST_CASE("What was lost while no agent ran is named, until it is set again or removed") {
    House house;
    (void)house.kept.look();
    fs::remove_all(house.data);
    KeptSecrets next(house.files, house.names);
    CHECK(next.look().lost == Names{"db", "github"});
    CHECK(next.look().lost == Names{"db", "github"});
    REQUIRE(house.files.put("db", "new", now));
    next.stored("db");
    CHECK(next.removed("github"));
    CHECK(next.look().lost.empty());
    KeptSecrets third(house.files, house.names);
    CHECK(third.look().lost.empty());
}

TEST_CASE("A key that is gone before the agent began loses all values, and they are there again with it") {
    House house;
    fs::rename(house.files.key_file(), house.folder / "away");
    KeptSecrets next(house.files, house.names);
    CHECK(next.look().lost == Names{"db", "github"});
    fs::rename(house.folder / "away", house.files.key_file());
    CHECK(next.look().lost.empty());
}

TEST_CASE("A removed secret is not written anew") {
    House house;
    REQUIRE(house.files.remove("db"));
    CHECK_FALSE(house.kept.removed("db"));
    const auto look = house.kept.look();
    CHECK(look.written_anew.empty());
    CHECK(look.lost.empty());
    CHECK_FALSE(fs::exists(house.files.path_of("db")));
}

TEST_CASE("The vault says what was mended and what is lost, once, by name") {
    test::TemporaryFolder folder;
    Loop loop;
    std::vector<std::string> said;
    const SecretFiles files(folder / "data/secrets", folder / "data/secrets.key");
    const auto say = [&said](std::string text) { said.push_back(std::move(text)); };
    {
        Vault vault(files, folder / "names");
        vault.set_notice_sink(say);
        REQUIRE(test::run_to_end(loop, vault.put("github", "ghp", now)));
        fs::remove_all(folder / "data");
        REQUIRE(test::run_to_end(loop, vault.lend("srv", {{"TOKEN", "github"}})).has_value());
        REQUIRE(said.size() == 2);
        CHECK(said[0].find("the key of the secrets") == 0);
        CHECK(said[1].find("secret 'github' was deleted or changed") == 0);
    }
    said.clear();
    fs::remove_all(folder / "data");
    Vault vault(files, folder / "names");
    vault.set_notice_sink(say);
    test::run_to_end(loop, vault.look());
    test::run_to_end(loop, vault.look());
    REQUIRE(said.size() == 1);
    CHECK(said[0].find("lost: the value of secret 'github'") == 0);
    CHECK(vault.lost() == Names{"github"});
    const auto lent = test::run_to_end(loop, vault.lend("srv", {{"TOKEN", "github"}}));
    CHECK(lent.error().message.find("'github' is lost") != std::string::npos);
    const auto listed = test::run_to_end(loop, vault.list());
    REQUIRE(listed.has_value());
    REQUIRE(listed->size() == 1);
    CHECK_FALSE(listed->front().times);
    CHECK(test::run_to_end(loop, vault.remove("github")).has_value());
    CHECK(vault.lost().empty());
}
