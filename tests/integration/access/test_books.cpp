// Tokens and profiles over a real database.
#include "agent/access/profile_book.hpp"
#include "agent/access/token_book.hpp"
#include "tests/support/run_to_end.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace mcpm;
using access::ProfileBook;
using access::TokenBook;
using test::run_to_end;
using namespace std::chrono_literals;

namespace {

const Timestamp now{std::chrono::hours(500000)};

struct House {
    House() {
        std::string name = (std::filesystem::temp_directory_path() / "mcpm-access-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder = name;
        open();
    }
    ~House() {
        close();
        std::filesystem::remove_all(folder);
    }
    House(const House&) = delete;
    House& operator=(const House&) = delete;

    void open() {
        auto opened = run_to_end(loop, StateStore::open(loop, folder / "mcpm.db"));
        REQUIRE(opened.has_value());
        store = std::move(opened->store);
        tokens = std::make_unique<TokenBook>(loop, *store);
        profiles = std::make_unique<ProfileBook>(*store);
        REQUIRE(run_to_end(loop, tokens->open()).has_value());
        REQUIRE(run_to_end(loop, profiles->open()).has_value());
    }
    void close() {
        run_to_end(loop, tokens->close());
        run_to_end(loop, store->close());
        tokens.reset();
        profiles.reset();
        store.reset();
    }
    void reopen() {
        close();
        open();
    }
    Result<access::CreatedToken> create(access::NewToken asked) {
        return run_to_end(loop, tokens->create(std::move(asked), now));
    }

    std::filesystem::path folder;
    Loop loop{1};
    std::unique_ptr<StateStore> store;
    std::unique_ptr<TokenBook> tokens;
    std::unique_ptr<ProfileBook> profiles;
};

}  // namespace

TEST_CASE("A token is changed under its secret, and the change outlives the book") {
    House house;
    const auto created = house.create({"phone", false, "", now + 24h});
    REQUIRE(created.has_value());
    const auto change = [&](const std::string& name, access::TokenChange what) {
        return run_to_end(house.loop, house.tokens->change(name, std::move(what), now));
    };
    const auto changed = change("phone", {"editor", true, {}});
    REQUIRE(changed.has_value());
    CHECK(changed->profile == "editor");
    CHECK(!changed->expires_at);
    CHECK(change("nobody", {}).error().code == ErrorCode::not_found);
    CHECK(change("phone", {{}, true, now - 1h}).error().code == ErrorCode::validation_error);
    REQUIRE(house.create({"page", true}).has_value());
    CHECK(change("page", {"editor"}).error().code == ErrorCode::validation_error);
    house.reopen();
    const auto* const found = house.tokens->find(created->secret, now + 48h);
    REQUIRE(found != nullptr);
    CHECK(found->profile == "editor");
}

TEST_CASE("A token for metrics is one after a restart too, and is bound to no profile") {
    House house;
    access::NewToken asked{"scraper", false, {}, {}, true};
    const auto made = house.create(asked);
    REQUIRE(made.has_value());
    asked.name = "bound";
    asked.profile = "work";
    CHECK(house.create(asked).error().code == ErrorCode::validation_error);
    house.reopen();
    const auto* const found = house.tokens->find(made->secret, now);
    REQUIRE(found != nullptr);
    CHECK(found->is_for_metrics);
    CHECK_FALSE(found->is_admin);
}

TEST_CASE("A token lets its bearer in, after a restart too, and its secret is nowhere on disk") {
    House house;
    const auto created = house.create({"laptop", false, "work", now + 1h});
    REQUIRE(created.has_value());
    house.reopen();
    const auto found = house.tokens->find(created->secret, now);
    REQUIRE(found);
    CHECK(found->name == "laptop");
    CHECK_FALSE(found->is_admin);
    CHECK(found->profile == "work");
    CHECK_FALSE(house.tokens->find(created->secret + "x", now));
    CHECK_FALSE(house.tokens->find(found->digest, now));
    CHECK_FALSE(house.tokens->find("", now));
    house.close();
    for (const auto& file : std::filesystem::directory_iterator(house.folder)) {
        std::ifstream stream(file.path(), std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
        CHECK(bytes.find(created->secret) == std::string::npos);
        CHECK(bytes.find(created->secret.substr(5)) == std::string::npos);
    }
    house.open();
}

TEST_CASE("A token ends at its time, and when it is revoked") {
    House house;
    const auto short_lived = house.create({"short", true, "", now + 1h});
    const auto other = house.create({"other", true});
    REQUIRE(short_lived.has_value());
    REQUIRE(other.has_value());
    CHECK(house.tokens->find(short_lived->secret, now + 59min));
    CHECK_FALSE(house.tokens->find(short_lived->secret, now + 1h));
    CHECK(house.tokens->find(other->secret, now + 1000h));
    CHECK(run_to_end(house.loop, house.tokens->revoke("other")).has_value());
    CHECK_FALSE(house.tokens->find(other->secret, now));
    CHECK(run_to_end(house.loop, house.tokens->revoke("other")).error().code == ErrorCode::not_found);
    house.reopen();
    CHECK(house.tokens->list().size() == 1);
    CHECK_FALSE(house.tokens->find(other->secret, now));
}

TEST_CASE("A second token of a name, a bad name and a time that is over are refused") {
    House house;
    REQUIRE(house.create({"laptop"}).has_value());
    CHECK(house.create({"laptop"}).error().code == ErrorCode::conflict);
    CHECK(house.create({"lap top"}).error().code == ErrorCode::validation_error);
    CHECK(house.create({"late", false, "", now}).error().code == ErrorCode::validation_error);
    CHECK(house.create({"boss", true, "work"}).error().code == ErrorCode::validation_error);
    CHECK(house.tokens->list().size() == 1);
}

TEST_CASE("When a token was used is kept, and written about once a minute") {
    House house;
    const auto created = house.create({"laptop"});
    REQUIRE(created.has_value());
    CHECK_FALSE(house.tokens->list()[0].last_used_at);
    const auto writes = house.store->stats().writes;
    for (int turn = 0; turn < 50; ++turn) CHECK(house.tokens->find(created->secret, now + turn * 1s));
    run_to_end(house.loop, house.tokens->close());
    CHECK(house.store->stats().writes == writes + 1);
    house.reopen();
    CHECK(house.tokens->list()[0].last_used_at == now);
}

TEST_CASE("Profiles are kept, changed and removed") {
    House house;
    const Profile work{"work", "at work", {{"web", {"get_*"}, {"get_secret"}}}};
    REQUIRE(run_to_end(house.loop, house.profiles->create(work, now)).has_value());
    CHECK(run_to_end(house.loop, house.profiles->create(work, now)).error().code == ErrorCode::conflict);
    const Profile changed{"work", "elsewhere", {}};
    REQUIRE(run_to_end(house.loop, house.profiles->replace(changed, now + 1h)).has_value());
    house.reopen();
    const auto* known = house.profiles->look("work");
    REQUIRE(known != nullptr);
    CHECK(known->profile == changed);
    CHECK(known->created_at == now);
    CHECK(known->updated_at == now + 1h);
    CHECK(house.profiles->find("work") == changed);
    CHECK(run_to_end(house.loop, house.profiles->remove("work")).has_value());
    CHECK(run_to_end(house.loop, house.profiles->remove("work")).error().code == ErrorCode::not_found);
    CHECK(run_to_end(house.loop, house.profiles->replace(work, now)).error().code == ErrorCode::not_found);
    house.reopen();
    CHECK_FALSE(house.profiles->find("work"));
}
