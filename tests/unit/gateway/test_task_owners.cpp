#include "agent/gateway/task_owners.hpp"

#include <doctest/doctest.h>

using namespace mcpm::gateway;

TEST_CASE("A task is its principal's, at the server that gave it") {
    TaskOwners owners;
    owners.note({"srv_a", "1"}, "ada");
    owners.note({"srv_b", "1"}, "bob");
    CHECK(owners.is_of({"srv_a", "1"}, "ada"));
    CHECK(owners.is_of({"srv_b", "1"}, "bob"));
    CHECK_FALSE(owners.is_of({"srv_b", "1"}, "ada"));
    CHECK_FALSE(owners.is_of({"srv_a", "2"}, "ada"));
    CHECK_FALSE(owners.is_of({"srv_c", "1"}, "ada"));
}

TEST_CASE("An id that a server gives once more belongs to whom it is given now") {
    TaskOwners owners;
    owners.note({"srv_a", "1"}, "ada");
    owners.note({"srv_a", "1"}, "bob");
    CHECK_FALSE(owners.is_of({"srv_a", "1"}, "ada"));
    CHECK(owners.is_of({"srv_a", "1"}, "bob"));
    CHECK(owners.size() == 1);
}

TEST_CASE("The oldest tasks are forgotten first") {
    TaskOwners owners(2);
    for (const char* id : {"1", "2", "2", "3"}) owners.note({"srv_a", id}, "ada");
    CHECK(owners.size() == 2);
    CHECK_FALSE(owners.is_of({"srv_a", "1"}, "ada"));
    CHECK(owners.is_of({"srv_a", "2"}, "ada"));
    CHECK(owners.is_of({"srv_a", "3"}, "ada"));
}

TEST_CASE("A result's task is found in both of its forms") {
    CHECK(task_id_in(R"({"task":{"taskId":"a\u0041"}})") == "aA");
    CHECK(task_id_in(R"({"resultType":"task","taskId":"b"})") == "b");
    CHECK(task_id_in(R"({"content":[]})").empty());
    CHECK(task_id_in(R"({"taskId":7})").empty());
}

TEST_CASE("Clients of many servers know a task by its server and its id") {
    CHECK(with_shown_tasks(R"({"taskId":"1","n":1.0})", "srv_a") == R"({"taskId":"srv_a.1","n":1.0})");
    CHECK(with_shown_tasks(R"({"task":{"taskId":"1"}})", "srv_a") == R"({"task":{"taskId":"srv_a.1"}})");
    CHECK(with_shown_tasks(R"({"_meta":{"io.modelcontextprotocol/related-task":{"taskId":"1"}}})", "srv_a") ==
          R"({"_meta":{"io.modelcontextprotocol/related-task":{"taskId":"srv_a.1"}}})");
    CHECK(with_shown_tasks(R"({"content":[]})", "srv_a") == R"({"content":[]})");
    CHECK(task_shown_as("srv_a.1.2") == TaskName{"srv_a", "1.2"});
    CHECK(task_shown_as("1") == TaskName{"1", ""});
}
