#include "agent/store/connection.hpp"
#include "agent/store/rows.hpp"
#include "agent/store/schema.hpp"
#include "agent/store/sign_in_store.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <vector>

using namespace mcpm;
using namespace mcpm::store;

TEST_CASE("Those who are signed in are kept as they are, in place of those before") {
    const auto connection = Connection::open({}, Connection::Mode::memory, std::chrono::milliseconds(0));
    migrate(*connection);
    const StoredSignIn first{"a", "uid:1000", "", "digest-a", to_time(10), to_time(20), to_time(30)};
    const StoredSignIn second{"b",         "token:laptop", "laptop",   "digest-b",
                              to_time(11), to_time(21),    to_time(31)};
    replace_sign_ins(*connection, {first, second});
    replace_sign_ins(*connection, {second});
    const auto kept = load_sign_ins(*connection);
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].id == "b");
    CHECK(kept[0].who == "token:laptop");
    CHECK(kept[0].token == "laptop");
    CHECK(kept[0].digest == "digest-b");
    CHECK(from_time(kept[0].began_at) == 11);
    CHECK(from_time(kept[0].expires_at) == 21);
    CHECK(from_time(kept[0].not_after) == 31);
    CHECK_FALSE(connection->failure());
}
