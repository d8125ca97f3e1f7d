#include "tests/integration/gateway/house.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

namespace {

gateway::GatewayLimits two_at_once() {
    gateway::GatewayLimits limits;
    limits.concurrent = 2;
    return limits;
}

std::string called(const std::string& name) {
    return R"({"name":")" + name + R"("})";
}

/// The names of the tools that were called, in the order in which the server got them.
std::string order(const FakeServer& server) {
    std::string names;
    for (const auto& call : server.all("tools/call"))
        names += decode_string(mcp::member(call.params, "name"));
    return names;
}

/// Answers what the server has, one call after another, until nothing is left.
void answer_all(House& house, FakeServer& server) {
    for (std::size_t at = 0; at < server.all("tools/call").size(); ++at) {
        server.answer(server.all("tools/call")[at], "{}");
        house.settle();
    }
}

}  // namespace

TEST_CASE("Beyond the calls at once the rest waits, and goes when a place is free") {
    House house(two_at_once());
    FakeServer& files = house.running("files");
    const auto client = house.session(one("files"));
    std::vector<Pending> calls;
    for (const char* name : {"a", "b", "c", "d"})
        calls.push_back(house.ask(client, "tools/call", called(name)));
    CHECK(order(files) == "ab");
    files.answer(files.all("tools/call")[1], "{}");
    house.settle();
    CHECK(order(files) == "abc");
    answer_all(house, files);
    CHECK(order(files) == "abcd");
    CHECK(calls[3].is_answered());
}

TEST_CASE("Clients take turns, so one with many calls does not hold up one with few") {
    House house(two_at_once());
    FakeServer& files = house.running("files");
    const auto busy = house.session(one("files"));
    const auto other = house.session(one("files"), "bob");
    const auto third = house.session(one("files"), "eve");
    std::vector<Pending> calls;
    for (int i = 0; i < 8; ++i) calls.push_back(house.ask(busy, "tools/call", called("a")));
    calls.push_back(house.ask(other, "tools/call", called("b")));
    calls.push_back(house.ask(third, "tools/call", called("c")));
    calls.push_back(house.ask(other, "tools/call", called("b")));
    answer_all(house, files);
    CHECK(order(files) == "aaabcabaaaa");
}

TEST_CASE("A call that is given up in the queue is never sent") {
    House house(two_at_once());
    FakeServer& files = house.running("files");
    const auto client = house.session(one("files"));
    std::vector<Pending> calls;
    for (const char* name : {"a", "b", "c", "d"})
        calls.push_back(house.ask(client, "tools/call", called(name)));
    house.gateway.abandon(calls[2].exchange);
    house.settle();
    CHECK(files.count("notifications/cancelled") == 0);
    answer_all(house, files);
    CHECK(order(files) == "abd");
    CHECK(calls[3].is_answered());
}

TEST_CASE("The place of a call that is given up at the server goes to the next") {
    House house(two_at_once());
    FakeServer& files = house.running("files");
    const auto client = house.session(one("files"));
    std::vector<Pending> calls;
    for (const char* name : {"a", "b", "c"}) calls.push_back(house.ask(client, "tools/call", called(name)));
    house.gateway.abandon(calls[0].exchange);
    house.settle();
    CHECK(order(files) == "abc");
}

TEST_CASE("A queue that is full says so at once") {
    auto limits = two_at_once();
    limits.queue = 1;
    House house(limits);
    FakeServer& files = house.running("files");
    const auto client = house.session(one("files"));
    std::vector<Pending> calls;
    for (const char* name : {"a", "b", "c", "d"})
        calls.push_back(house.ask(client, "tools/call", called(name)));
    CHECK(calls[3].error().find("1 calls are waiting for it already") != std::string::npos);
    answer_all(house, files);
    CHECK(order(files) == "abc");
}

TEST_CASE("A call waits for its turn no longer than the queue's limit") {
    auto limits = two_at_once();
    limits.queued = 50ms;
    House house(limits);
    FakeServer& files = house.running("files");
    const auto client = house.session(one("files"));
    std::vector<Pending> calls;
    for (const char* name : {"a", "b", "c"}) calls.push_back(house.ask(client, "tools/call", called(name)));
    house.until([&] { return calls[2].is_answered(); });
    CHECK(calls[2].error().find("it waited too long for its turn") != std::string::npos);
    CHECK_FALSE(calls[0].is_answered());
    answer_all(house, files);
    CHECK(order(files) == "ab");
    CHECK(house.gateway.counts().open_calls == 0);
}

TEST_CASE("Calls that wait for a server that ends fail as those that were sent") {
    House house(two_at_once());
    house.running("files");
    const auto client = house.session(one("files"));
    std::vector<Pending> calls;
    for (const char* name : {"a", "b", "c", "d", "e"})
        calls.push_back(house.ask(client, "tools/call", called(name)));
    house.stop("srv_files");
    for (auto& call : calls) CHECK_FALSE(call.error().empty());
}

TEST_CASE("A client that ends takes its waiting calls along and leaves the others' in order") {
    House house(two_at_once());
    FakeServer& files = house.running("files");
    const auto ada = house.session(one("files"));
    const auto bob = house.session(one("files"), "bob");
    std::vector<Pending> calls;
    for (const char* name : {"a", "b", "c", "d"}) calls.push_back(house.ask(ada, "tools/call", called(name)));
    for (const char* name : {"x", "y", "z"}) calls.push_back(house.ask(bob, "tools/call", called(name)));
    house.gateway.end(ada);
    house.settle();
    answer_all(house, files);
    CHECK(order(files) == "abxyz");  // none of those that waited was sent only to be cancelled
    CHECK(calls.back().is_answered());
}

TEST_CASE("Closing fails what waits without sending it") {
    House house(two_at_once());
    FakeServer& files = house.running("files");
    std::vector<Pending> calls;
    for (const char* name : {"a", "b", "c", "d"})
        calls.push_back(
            house.ask_modern(one("files"), "tools/call", R"("name":")" + std::string(name) + "\""));
    house.close();
    CHECK(order(files) == "ab");
    for (auto& call : calls) CHECK(call.error().find("the agent is stopping") != std::string::npos);
}
