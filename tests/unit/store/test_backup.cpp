#include "agent/store/backup.hpp"

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
