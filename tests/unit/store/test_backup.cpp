#include "agent/store/access_rows.hpp"
#include "agent/store/backup.hpp"
#include "agent/store/schema.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::store;

TEST_CASE("A backup that is written is read back the same") {
    const Backup backup{"d1",
                        77,
                        {{"srv_a", "web", R"({"name":"web","type":"process"})", true, 1, 2, 3},
                         {"srv_b", "\xe4\xb8\xad", R"({"name":"x"})", false, 4, 5, 0}}};
    const auto again = read_backup(write_backup(backup));
    REQUIRE(again.has_value());
    CHECK(again->data_id == "d1");
    CHECK(again->newest_event == 77);
    REQUIRE(again->servers.size() == 2);
    CHECK(again->servers[0].id == "srv_a");
    CHECK(again->servers[0].desired_up);
    CHECK(again->servers[0].spec == R"({"name":"web","type":"process"})");
    CHECK(again->servers[0].last_run == 3);
    CHECK(again->servers[1].name == "\xe4\xb8\xad");
    CHECK_FALSE(again->servers[1].desired_up);
}

TEST_CASE("A backup that is damaged is refused with what is wrong, not half used") {
    for (const char* text :
         {"", "{", "[]", "{}", R"({"format":2,"servers":[]})", R"({"format":1})",
          R"({"format":1,"servers":[3]})", R"({"format":1,"servers":[{"id":"a","name":"b"}]})",
          R"({"format":1,"servers":{"a":1}})"}) {
        CAPTURE(text);
        const auto backup = read_backup(text);
        REQUIRE(backup.has_error());
        CHECK(backup.error().code == ErrorCode::validation_error);
    }
}

TEST_CASE("A definition whose text is damaged is kept in the backup rather than lost") {
    const Backup backup{"d1", 0, {{"srv_a", "web", "{broken", false, 0, 0, 0}}};
    const auto again = read_backup(write_backup(backup));
    REQUIRE(again.has_value());
    CHECK(again->servers[0].spec == "{broken");
}

TEST_CASE("The tables of what a person entered are copied with all their columns, and come back") {
    const auto from = Connection::open({}, Connection::Mode::memory, std::chrono::milliseconds(10));
    migrate(*from);
    save_server_row(*from, {"srv_a", "web", "{}", true, 1, 2, 3}).value();
    save_token(*from, StoredToken{"ci", true, "", "digest", to_time(5), to_time(9)});
    save_profile(*from, StoredProfile{"team", "{}", to_time(1), to_time(2)});
    save_approval(*from, "srv_a", Approval{"[]", to_time(3)}).value();
    std::vector<std::string> left_out;
    Backup backup{"d1", 0, load_server_rows(*from), copy_tables(*from, left_out)};
    CHECK(left_out.empty());

    const auto again = read_backup(write_backup(backup));
    REQUIRE(again.has_value());
    const auto to = Connection::open({}, Connection::Mode::memory, std::chrono::milliseconds(10));
    migrate(*to);
    for (const auto& row : again->servers) save_server_row(*to, row).value();
    CHECK(restore_tables(*to, again->tables) == 0);
    const auto tokens = load_tokens(*to);
    REQUIRE(tokens.size() == 1);
    CHECK(tokens[0].name == "ci");
    CHECK(tokens[0].is_admin);
    CHECK(tokens[0].digest == "digest");
    CHECK(tokens[0].expires_at == to_time(9));
    CHECK_FALSE(tokens[0].last_used_at);
    CHECK(load_profiles(*to).size() == 1);
    CHECK(load_approvals(*to).size() == 1);
    CHECK_FALSE(to->failure());
}

TEST_CASE(
    "Rows that don't fit are left out and counted; names that are none of a schema reach no statement") {
    const auto to = Connection::open({}, Connection::Mode::memory, std::chrono::milliseconds(10));
    migrate(*to);
    const Row approval{
        {"server_id", std::string("srv_gone")}, {"tools", std::string("[]")}, {"at", std::int64_t{1}}};
    to->execute("PRAGMA foreign_keys = ON");
    CHECK(restore_tables(*to, {{"approvals", {approval}}}) == 1);
    CHECK(restore_tables(*to, {{"tokens\"; DROP TABLE tokens; --", {approval}}}) == 1);
    CHECK(restore_tables(*to, {{"tokens", {{{"no such", std::int64_t{1}}}}}}) == 1);
    CHECK_FALSE(to->failure());
    CHECK(load_tokens(*to).empty());
}
