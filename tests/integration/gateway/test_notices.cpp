#include "tests/integration/gateway/house.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

namespace {

constexpr std::string_view echo = R"({"name":"echo"})";

std::string log_of(std::string_view level) {
    return R"({"level":")" + std::string(level) + R"(","data":"x"})";
}

std::string updated(const std::string& uri) {
    return R"({"uri":")" + uri + R"("})";
}

}  // namespace

TEST_CASE("A log message goes to the only client with an open call there") {
    House house;
    FakeServer& files = house.running("files");
    const auto ada = house.session(one("files"));
    const auto bob = house.session(one("files"), "bob");
    auto call = house.ask(ada, "tools/call", echo);
    files.notify("notifications/message", log_of("info"));
    house.settle();
    REQUIRE(call.came().size() == 1);
    CHECK(member_of(call.came()[0], "params") == log_of("info"));
    CHECK(House::unasked(bob).empty());
    CHECK(house.directory.orphans.empty());
}

TEST_CASE("A log message of two callers at once is nobody's and goes to the server's log") {
    House house;
    FakeServer& files = house.running("files");
    auto of_ada = house.ask(house.session(one("files")), "tools/call", echo);
    auto of_bob = house.ask(house.session(one("files"), "bob"), "tools/call", echo);
    files.notify("notifications/message", log_of("info"));
    house.settle();
    CHECK(of_ada.came().empty());
    CHECK(of_bob.came().empty());
    REQUIRE(house.directory.orphans.size() == 1);
    CHECK(house.directory.orphans[0] == "srv_files " + log_of("info"));
}

TEST_CASE("A client hears no log message below the level that it set") {
    House house;
    FakeServer& files = house.running("files");
    const auto client = house.session(one("files"));
    CHECK(house.ask(client, "logging/setLevel", R"({"level":"warning"})").result() == "{}");
    auto call = house.ask(client, "tools/call", echo);
    files.notify("notifications/message", log_of("info"));
    files.notify("notifications/message", log_of("error"));
    house.settle();
    REQUIRE(call.came().size() == 1);
    CHECK(call.came()[0].find("error") != std::string::npos);
    CHECK(house.ask(client, "logging/setLevel", R"({"level":"loud"})").error_code() == "-32602");
}

TEST_CASE("A server is told the most verbose level that any client wants, again after each start") {
    House house;
    FakeServer& files = house.running("files");
    const auto ada = house.session(one("files"));
    const auto bob = house.session(one("files"), "bob");
    house.ask(ada, "logging/setLevel", R"({"level":"warning"})");
    house.ask(bob, "logging/setLevel", R"({"level":"debug"})");
    house.ask(ada, "logging/setLevel", R"({"level":"error"})");
    REQUIRE(files.count("logging/setLevel") == 2);
    CHECK(files.last("logging/setLevel").params.starts_with(R"({"level":"debug")"));
    house.stop("srv_files");
    house.start("srv_files");
    CHECK(files.count("logging/setLevel") == 3);
    house.gateway.end(bob);
    house.settle();
    CHECK(files.last("logging/setLevel").params.starts_with(R"({"level":"error")"));
}

TEST_CASE("A change of lists that is said several times reaches each client once") {
    House house;
    FakeServer& files = house.running("files");
    house.running("other");
    const auto ada = house.session(one("files"));
    const auto bob = house.session(one("other"), "bob");
    House::unasked(ada);
    for (int i = 0; i < 3; ++i) files.notify("notifications/tools/list_changed");
    files.notify("notifications/prompts/list_changed");
    house.settle();
    CHECK(House::unasked(ada).empty());  // it settles first
    house.until([&] { return ada->out->next() != nullptr; });
    const auto came = House::unasked(ada);
    REQUIRE(came.size() == 2);
    CHECK(came[0].find("prompts/list_changed") != std::string::npos);
    CHECK(came[1].find("tools/list_changed") != std::string::npos);
    CHECK(House::unasked(bob).empty());
}

TEST_CASE("One subscription at the server serves all clients, and the last that leaves ends it") {
    House house;
    FakeServer& files = house.running("files");
    const auto ada = house.session(one("files"));
    const auto bob = house.session(one("files"), "bob");
    const auto eve = house.session(one("files"), "eve");
    CHECK(house.ask(ada, "resources/subscribe", updated("file:///a")).result() == "{}");
    CHECK(house.ask(bob, "resources/subscribe", updated("file:///a")).result() == "{}");
    CHECK(files.count("resources/subscribe") == 1);
    files.notify("notifications/resources/updated", updated("file:///a"));
    files.notify("notifications/resources/updated", updated("file:///b"));
    house.settle();
    CHECK(House::unasked(ada).size() == 1);
    CHECK(House::unasked(bob).size() == 1);
    CHECK(House::unasked(eve).empty());
    house.ask(ada, "resources/unsubscribe", updated("file:///a"));
    CHECK(files.count("resources/unsubscribe") == 0);
    house.gateway.end(bob);
    house.settle();
    CHECK(files.count("resources/unsubscribe") == 1);
}

TEST_CASE("An update of a part of what was subscribed to is told as well") {
    House house;
    FakeServer& files = house.running("files");
    const auto ada = house.session(one("files"));
    house.ask(ada, "resources/subscribe", updated("file:///a"));
    files.notify("notifications/resources/updated", updated("file:///a/deep"));
    files.notify("notifications/resources/updated", updated("file:///ab"));
    house.settle();
    const auto came = House::unasked(ada);
    REQUIRE(came.size() == 1);
    CHECK(came[0].find("file:///a/deep") != std::string::npos);
}

TEST_CASE(
    "Subscriptions are made again at a server that was started anew, and its lists are looked at again") {
    House house;
    FakeServer& files = house.running("files");
    const auto ada = house.session(one("files"));
    house.ask(ada, "resources/subscribe", updated("file:///a"));
    house.stop("srv_files");
    house.start("srv_files");
    CHECK(files.count("resources/subscribe") == 2);
    house.until([&] { return ada->out->next() != nullptr; });
    CHECK(House::unasked(ada).size() == 3);  // tools, prompts, resources
}

TEST_CASE("A server's request goes to the client whose call it belongs to and its answer back") {
    House house;
    FakeServer& files = house.running("files");
    const auto ada = house.session(one("files"), "ada", R"({"sampling":{}})");
    auto call = house.ask(ada, "tools/call", echo);
    files.ask("77", "sampling/createMessage", R"({"maxTokens":1})");
    house.settle();
    REQUIRE(call.came().size() == 1);
    const std::string id = member_of(call.came()[0], "id");
    CHECK(member_of(call.came()[0], "method") == R"("sampling/createMessage")");
    CHECK(member_of(call.came()[0], "params") == R"({"maxTokens":1})");
    house.answer(ada, id, R"({"role":"assistant"})");
    CHECK(files.answer_to("77").result == R"({"role":"assistant"})");
    house.answer(ada, id, R"({"again":true})");
    CHECK(files.heard.back().result == R"({"role":"assistant"})");
    CHECK(house.gateway.counts().routed_requests == 1);
}

TEST_CASE("A server's request that no client can be proven to have caused is refused at once") {
    House house;
    FakeServer& files = house.running("files");
    const auto ada = house.session(one("files"), "ada", R"({"sampling":{},"elicitation":{}})");
    const auto bob = house.session(one("files"), "bob", R"({"sampling":{}})");
    files.ask("1", "sampling/createMessage");
    house.settle();
    CHECK(files.answer_to("1").error.find("-32601") != std::string::npos);
    house.ask(ada, "tools/call", echo);
    files.ask("2", "elicitation/create", R"({"mode":"url"})");  // a form is all that it can show
    house.settle();
    CHECK(files.answer_to("2").result == R"({"action":"cancel"})");
    house.ask(bob, "tools/call", echo);
    files.ask("3", "sampling/createMessage");
    house.settle();
    CHECK(files.answer_to("3").error.find("-32601") != std::string::npos);
    CHECK(house.gateway.counts().refused_requests == 3);
}

TEST_CASE("What a server asked is taken back with the call it belongs to") {
    House house;
    FakeServer& files = house.running("files");
    const auto ada = house.session(one("files"), "ada", R"({"sampling":{}})");
    auto call = house.ask(ada, "tools/call", echo);
    files.ask("5", "sampling/createMessage");
    house.settle();
    files.answer(files.last("tools/call"), "{}");
    house.settle();
    REQUIRE(call.came().size() == 3);
    CHECK(member_of(call.came()[1], "method") == R"("notifications/cancelled")");
    CHECK(member_of(member_of(call.came()[1], "params"), "requestId") == member_of(call.came()[0], "id"));
    CHECK(files.answer_to("5").error.find("has ended") != std::string::npos);
    CHECK(ada->asked.empty());
}

TEST_CASE("A server that takes its request back tells the client so") {
    House house;
    FakeServer& files = house.running("files");
    const auto ada = house.session(one("files"), "ada", R"({"sampling":{}})");
    auto call = house.ask(ada, "tools/call", echo);
    files.ask(R"("q")", "sampling/createMessage");
    files.notify("notifications/cancelled", R"({"requestId":"q","reason":"late"})");
    house.settle();
    REQUIRE(call.came().size() == 2);
    CHECK(member_of(call.came()[1], "params") ==
          R"({"requestId":)" + member_of(call.came()[0], "id") + R"(,"reason":"late"})");
}

TEST_CASE("A shared process has nobody's roots") {
    House house;
    FakeServer& files = house.running("files");
    house.session(one("files"), "ada", R"({"roots":{}})");
    files.ask("9", "roots/list");
    house.settle();
    CHECK(files.answer_to("9").result == R"({"roots":[]})");
}
