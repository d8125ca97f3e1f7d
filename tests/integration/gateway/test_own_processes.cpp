#include "tests/integration/gateway/house.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

namespace {

constexpr std::string_view echo = R"({"name":"echo"})";

void share(House& house, const std::string& name, Sharing sharing) {
    house.directory.entries["srv_" + name].target.sharing = sharing;
    house.directory.changed();
}

/// What is kept of the server says that it asks for its client's folders, before any call.
void asks_roots_first(House& house, const std::string& name) {
    house.keep(name, "[]");
    gateway::Kept kept = *house.directory.entries["srv_" + name].kept;
    kept.facts.asks_roots = kept.facts.asks_roots_first = true;
    house.directory.entries["srv_" + name].kept = std::make_shared<const gateway::Kept>(kept);
}

}  // namespace

TEST_CASE("Per client: each client has a process of its own, for all its calls") {
    House house;
    FakeServer& shared = house.running("files");
    share(house, "files", Sharing::per_client);
    const auto ada = house.session(one("files"));
    const auto bob = house.session(one("files"), "bob");
    house.ask(ada, "tools/call", echo);
    house.ask(ada, "tools/call", echo);
    house.ask(bob, "tools/call", echo);
    CHECK(house.directory.own_started ==
          std::vector<std::string>{"srv_files#1 for ada", "srv_files#2 for bob"});
    CHECK(shared.count("tools/call") == 0);
    CHECK(house.server("srv_files#1")->count("tools/call") == 2);
    CHECK(house.server("srv_files#2")->count("tools/call") == 1);
    house.gateway.end(ada);
    CHECK(house.directory.own_ended == std::vector<std::string>{"srv_files#1"});
}

TEST_CASE("Per client: a process that has ended is started again by the next call") {
    House house;
    house.running("files");
    share(house, "files", Sharing::per_client);
    const auto ada = house.session(one("files"));
    auto call = house.ask(ada, "tools/call", echo);
    house.stop("srv_files#1");
    CHECK(call.error().find("the server has ended") != std::string::npos);
    house.ask(ada, "tools/call", echo);
    CHECK(house.directory.own_started.size() == 2);
    CHECK(house.directory.own_ended == std::vector<std::string>{"srv_files#1"});
    CHECK(house.server("srv_files#2")->count("tools/call") == 1);
}

TEST_CASE("Per call: the process ends with the call") {
    House house;
    house.running("files");
    share(house, "files", Sharing::per_call);
    const auto ada = house.session(one("files"));
    auto call = house.ask(ada, "tools/call", echo);
    auto& own = *house.server("srv_files#1");
    own.answer(own.last("tools/call"), R"({"content":[]})");
    house.settle();
    CHECK(call.result() == R"({"content":[]})");
    CHECK(house.directory.own_ended == std::vector<std::string>{"srv_files#1"});
    auto given_up = house.ask(ada, "tools/call", echo);
    house.gateway.abandon(given_up.exchange);
    CHECK(house.directory.own_ended.size() == 2);
}

TEST_CASE("A client of 2026-07-28 has no process that lasts") {
    House house;
    house.running("files");
    share(house, "files", Sharing::per_client);
    auto call = house.ask_modern(one("files"), "tools/call", R"("name":"echo")");
    auto& own = *house.server("srv_files#1");
    own.answer(own.last("tools/call"), R"({"content":[]})");
    house.settle();
    CHECK(call.is_answered());
    CHECK(house.directory.own_ended == std::vector<std::string>{"srv_files#1"});
}

TEST_CASE("A process of its own that cannot be started says why to the call that needs it") {
    House house;
    house.running("files");
    share(house, "files", Sharing::per_client);
    const auto ada = house.session(one("files"));
    house.directory.refuses_to_start = Error{ErrorCode::cannot_launch, "too many processes"};
    CHECK(house.ask(ada, "tools/call", echo).error().find("too many processes") != std::string::npos);
    house.directory.refuses_to_start.reset();
    house.ask(ada, "tools/call", echo);
    CHECK(house.server("srv_files#2")->count("tools/call") == 1);
}

TEST_CASE("An update of a subscription in a client's own process reaches that client alone") {
    House house;
    house.running("files");
    share(house, "files", Sharing::per_client);
    const auto ada = house.session(one("files"));
    const auto bob = house.session(one("files"), "bob");
    house.ask(ada, "resources/subscribe", R"({"uri":"file:///a"})");
    house.ask(bob, "resources/subscribe", R"({"uri":"file:///a"})");
    house.server("srv_files#2")->notify("notifications/resources/updated", R"({"uri":"file:///a"})");
    house.settle();
    CHECK(House::unasked(ada).empty());
    CHECK(House::unasked(bob).size() == 1);
}

TEST_CASE(
    "A client with folders gets a process of its own of a server that asks for them, and is asked first") {
    House house;
    house.running("files");
    asks_roots_first(house, "files");
    const auto ada = house.session(one("files"), "ada", R"({"roots":{}})");
    REQUIRE(house.directory.own_started.size() == 1);  // ahead of the first call
    auto& own = *house.server("srv_files#1");
    auto call = house.ask(ada, "tools/call", echo);
    own.ask(R"("r1")", "roots/list");
    house.settle();
    CHECK(own.count("tools/call") == 0);
    const auto asked = House::unasked(ada);
    REQUIRE_FALSE(asked.empty());
    house.answer(ada, member_of(asked[0], "id"), R"({"roots":[{"uri":"file:///home"}]})");
    house.until([&] { return own.count("tools/call") == 1; });
    own.answer(own.last("tools/call"), "{}");
    house.settle();
    CHECK(call.is_answered());
    CHECK(house.server("srv_files")->count("tools/call") == 0);
}

TEST_CASE("A client without folders shares the process of a server that asks for them") {
    House house;
    FakeServer& files = house.running("files");
    asks_roots_first(house, "files");
    const auto ada = house.session(one("files"));
    house.ask(ada, "tools/call", echo);
    CHECK(files.count("tools/call") == 1);
    CHECK(house.directory.own_started.empty());
}

TEST_CASE(
    "A client of 2026-07-28 is asked for its folders by the result of its call, before anything is sent") {
    House house;
    FakeServer& files = house.running("files");
    asks_roots_first(house, "files");
    const Modern who{"ada", R"({"roots":{}})"};
    auto first = house.ask_modern(one("files"), "tools/call", R"("name":"echo")", who);
    CHECK(member_of(member_of(member_of(first.result(), "inputRequests"), "roots"), "method") ==
          R"("roots/list")");
    CHECK(house.directory.own_started.empty());
    CHECK(house.gateway.usage().of("srv_files") == nullptr);  // no call was made
    const std::string state = R"("name":"echo","requestState":)" + member_of(first.result(), "requestState");
    auto bad = house.ask_modern(one("files"), "tools/call", state + R"(,"inputResponses":{"roots":{}})", who);
    CHECK(bad.exchange->status == 400);
    house.ask_modern(one("files"), "tools/call",
                     state + R"(,"inputResponses":{"roots":{"roots":[{"uri":"file:///w"}]}})", who);
    auto& own = *house.server("srv_files#1");
    own.ask("7", "roots/list");
    house.settle();
    CHECK(own.answer_to("7").result == R"({"roots":[{"uri":"file:///w"}]})");
    house.until([&] { return own.count("tools/call") == 1; });
    CHECK(own.last("tools/call").params.find("requestState") == std::string::npos);
    CHECK(files.count("tools/call") == 0);
}

TEST_CASE("News of a client's folders go to its own processes alone") {
    House house;
    FakeServer& shared = house.running("files");
    share(house, "files", Sharing::per_client);
    const auto ada = house.session(one("files"));
    const auto bob = house.session(one("files"), "bob");
    house.ask(ada, "tools/call", echo);
    house.ask(bob, "tools/call", echo);
    house.tell(ada, "notifications/roots/list_changed");
    CHECK(house.server("srv_files#1")->count("notifications/roots/list_changed") == 1);
    CHECK(house.server("srv_files#2")->count("notifications/roots/list_changed") == 0);
    CHECK(shared.count("notifications/roots/list_changed") == 0);
}

TEST_CASE("Closing ends the calls of processes of their own, and the processes") {
    House house;
    house.running("files");
    share(house, "files", Sharing::per_call);
    std::vector<Pending> calls;
    for (int i = 0; i < 3; ++i)
        calls.push_back(house.ask_modern(one("files"), "tools/call", R"("name":"echo")"));
    house.close();
    for (auto& call : calls) CHECK(call.error().find("the agent is stopping") != std::string::npos);
    CHECK(house.directory.own_ended.size() == 3);
}
