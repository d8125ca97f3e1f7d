#include "tests/integration/gateway/house.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

namespace {

Modern with_tasks() {
    return Modern{"ada", R"({"extensions":{"io.modelcontextprotocol/tasks":{}}})"};
}

/// A call that a server answered with a task.
void give_task(House& house, FakeServer& server, Pending& call, const std::string& id) {
    server.answer(server.last("tools/call"), R"({"task":{"taskId":")" + id + R"(","status":"working"}})");
    house.settle();
    REQUIRE(call.is_answered());
}

std::string task(const std::string& id) {
    return R"({"taskId":")" + id + R"("})";
}

}  // namespace

TEST_CASE("A task answers to the credential that it was given to, and to nobody else") {
    House house;
    FakeServer& files = house.running("files");
    const auto ada = house.session(one("files"));
    auto call = house.ask(ada, "tools/call", R"({"name":"long","task":{}})");
    give_task(house, files, call, "t1");
    CHECK(member_of(member_of(call.result(), "task"), "taskId") == R"("t1")");
    CHECK(house.ask(house.session(one("files"), "bob"), "tasks/get", task("t1")).error_code() == "-32602");
    CHECK(house.ask(ada, "tasks/get", task("t2")).error_code() == "-32602");
    CHECK(files.count("tasks/get") == 0);
    const auto same_principal = house.session(one("files"));
    house.ask(same_principal, "tasks/get", task("t1"));
    CHECK(files.count("tasks/get") == 1);
    CHECK(house.ask(ada, "tasks/list").error_code() == "-32601");
}

TEST_CASE("Of many servers as one, a task's id names its server") {
    House house;
    FakeServer& files = house.running("files");
    FakeServer& other = house.running("other");
    house.keep("files", R"([{"name":"long"}])");
    house.keep("other", R"([{"name":"long"}])");
    const auto ada = house.session(all());
    auto call = house.ask(ada, "tools/call", R"({"name":"files__long"})");
    give_task(house, files, call, "t1");
    CHECK(member_of(member_of(call.result(), "task"), "taskId") == R"("srv_files.t1")");
    auto get = house.ask(ada, "tasks/get", task("srv_files.t1"));
    REQUIRE(files.count("tasks/get") == 1);
    CHECK(files.last("tasks/get").params.starts_with(R"({"taskId":"t1")"));
    files.answer(files.last("tasks/get"), R"({"taskId":"t1","status":"completed"})");
    house.settle();
    CHECK(member_of(get.result(), "taskId") == R"("srv_files.t1")");
    CHECK(house.ask(ada, "tasks/get", task("srv_other.t1")).error_code() == "-32602");
    CHECK(house.ask(ada, "tasks/get", task("t1")).error_code() == "-32602");
    CHECK(other.count("tasks/get") == 0);
}

TEST_CASE("A task's status that a server tells of is shown under the id that the client knows") {
    House house;
    FakeServer& files = house.running("files");
    house.keep("files", R"([{"name":"long"}])");
    auto call = house.ask(house.session(all()), "tools/call", R"({"name":"files__long"})");
    files.notify("notifications/tasks/status", R"({"taskId":"t1","status":"working"})");
    house.settle();
    REQUIRE(call.came().size() == 1);
    CHECK(member_of(member_of(call.came()[0], "params"), "taskId") == R"("srv_files.t1")");
}

TEST_CASE("A client of 2026-07-28 declares that it knows tasks before it may ask for one") {
    House house;
    FakeServer& files = house.running("files");
    auto call = house.ask_modern(one("files"), "tools/call", R"("name":"long")", with_tasks());
    give_task(house, files, call, "t1");
    CHECK(house.ask_modern(one("files"), "tasks/get", R"("taskId":"t1")").error_code() == "-32021");
    CHECK(house.ask_modern(one("files"), "tasks/result", R"("taskId":"t1")", with_tasks()).error_code() ==
          "-32601");
    house.ask_modern(one("files"), "tasks/get", R"("taskId":"t1")", with_tasks());
    CHECK(files.count("tasks/get") == 1);
}
