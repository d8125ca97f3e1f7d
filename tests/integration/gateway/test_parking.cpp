#include "tests/integration/gateway/house.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

namespace {

Modern asks_back(const std::string& principal = "ada") {
    return Modern{principal, R"({"sampling":{},"elicitation":{}})"};
}

Pending call(House& house, const std::string& more = {}, const Modern& who = asks_back()) {
    return house.ask_modern(one("files"), "tools/call", R"("name":"ask")" + more, who);
}

std::string again(const std::string& state, const std::string& responses) {
    return R"(,"requestState":)" + state + R"(,"inputResponses":)" + responses;
}

/// A call that the server has asked something about; its client has the question now.
struct Asked {
    explicit Asked(House& house, const std::string& id = "41")
        : server(house.running("files")), first(call(house)) {
        server.ask(id, "sampling/createMessage", R"({"maxTokens":2})");
        house.settle();
        state = member_of(first.result(), "requestState");
    }
    FakeServer& server;
    Pending first;
    std::string state;
};

}  // namespace

TEST_CASE(
    "A handshake server's question becomes the result of the call, and the answers bring the call's end") {
    House house;
    Asked asked(house);
    CHECK(member_of(asked.first.result(), "resultType") == R"("input_required")");
    CHECK(member_of(member_of(asked.first.result(), "inputRequests"), "input-1") ==
          R"({"method":"sampling/createMessage","params":{"maxTokens":2}})");
    CHECK(asked.first.exchange->done);
    auto second = call(house, again(asked.state, R"({"input-1":{"role":"assistant"}})"));
    CHECK(asked.server.answer_to("41").result == R"({"role":"assistant"})");
    CHECK(asked.server.count("tools/call") == 1);
    CHECK_FALSE(second.is_answered());
    asked.server.answer(asked.server.last("tools/call"), R"({"content":[]})");
    house.settle();
    CHECK(member_of(second.result(), "content") == "[]");
    CHECK(house.gateway.counts().open_calls == 0);
    const auto* const used = house.gateway.usage().of("srv_files");
    REQUIRE(used != nullptr);
    CHECK(used->at("ask").calls == 1);  // one call, however often it was taken up again
}

TEST_CASE(
    "Questions that a server asks in one breath come together, and those not answered are asked again") {
    House house;
    FakeServer& files = house.running("files");
    auto first = call(house);
    files.ask("1", "sampling/createMessage");
    files.ask("2", "elicitation/create", R"({"message":"name?"})");
    house.settle();
    const std::string requests = member_of(first.result(), "inputRequests");
    CHECK(member_of(requests, "input-2") ==
          R"({"method":"elicitation/create","params":{"message":"name?"}})");
    auto second = call(house, again(member_of(first.result(), "requestState"), R"({"input-1":{}})"));
    CHECK(member_of(second.result(), "resultType") == R"("input_required")");
    CHECK(member_of(member_of(second.result(), "inputRequests"), "input-1").empty());
    CHECK(member_of(second.result(), "requestState") != member_of(first.result(), "requestState"));
    auto third =
        call(house, again(member_of(second.result(), "requestState"), R"({"input-2":{"action":"accept"}})"));
    files.answer(files.last("tools/call"), R"({"content":[]})");
    house.settle();
    CHECK(member_of(third.result(), "content") == "[]");
}

TEST_CASE(
    "Nobody but the same credential, at the same address, with the same call, goes on with a parked call") {
    House house;
    Asked asked(house);
    const std::string answers = again(asked.state, R"({"input-1":{}})");
    CHECK(call(house, answers, asks_back("eve")).error_code() == "-32602");
    auto other_tool =
        house.ask_modern(one("files"), "tools/call", R"("name":"other")" + answers, asks_back());
    CHECK(other_tool.error_code() == "-32602");
    CHECK(house.ask_modern(all(), "tools/call", R"("name":"ask")" + answers, asks_back()).error_code() ==
          "-32602");
    CHECK(asked.server.answer_to("41").id.empty());
    call(house, answers);
    CHECK(asked.server.answer_to("41").result == "{}");
    CHECK(call(house, answers).error_code() == "-32602");  // once
}

TEST_CASE("An answer that comes while the client has the questions waits for it") {
    House house;
    Asked asked(house);
    asked.server.answer(asked.server.last("tools/call"), R"({"content":["done"]})");
    house.settle();
    auto second = call(house, again(asked.state, "{}"));
    CHECK(member_of(second.result(), "content") == R"(["done"])");
}

TEST_CASE("A question that the server takes back is not waited for") {
    House house;
    Asked asked(house);
    asked.server.notify("notifications/cancelled", R"({"requestId":41})");
    house.settle();
    auto second = call(house, again(asked.state, R"({"input-1":{}})"));
    CHECK(asked.server.answer_to("41").id.empty());
    asked.server.answer(asked.server.last("tools/call"), R"({"content":[]})");
    house.settle();
    CHECK(second.is_answered());
}

TEST_CASE("A client that never comes back loses its call: the server gets an error and a cancel") {
    gateway::GatewayLimits limits;
    limits.input = 50ms;
    House house(limits);
    Asked asked(house);
    house.until([&] { return asked.server.count("notifications/cancelled") == 1; });
    house.settle();
    CHECK(asked.server.answer_to("41").error.find("has ended") != std::string::npos);
    CHECK(call(house, again(asked.state, "{}")).error_code() == "-32602");
}

TEST_CASE("So many calls are parked at one server and no more") {
    gateway::GatewayLimits limits;
    limits.parked_per_server = 1;
    House house(limits);
    Asked asked(house);
    auto second = call(house);
    asked.server.ask("42", "sampling/createMessage");
    house.settle();
    CHECK(asked.server.answer_to("42").error.find("-32601") != std::string::npos);
    CHECK_FALSE(second.is_answered());
}

TEST_CASE("A parked call keeps no place at its server") {
    gateway::GatewayLimits limits;
    limits.concurrent = 1;
    House house(limits);
    Asked asked(house);
    house.ask(house.session(one("files"), "bob"), "tools/call", R"({"name":"other"})");
    CHECK(asked.server.count("tools/call") == 2);
}

TEST_CASE("Parked calls of a credential that is revoked end with it") {
    House house;
    Asked asked(house);
    house.gateway.end_all_of("ada");
    house.settle();
    CHECK(asked.server.count("notifications/cancelled") == 1);
    CHECK(asked.server.answer_to("41").error.find("has ended") != std::string::npos);
}

TEST_CASE("A client that cannot be asked lets the server know at once") {
    House house;
    FakeServer& files = house.running("files");
    call(house, {}, Modern{"ada", "{}"});
    files.ask("3", "sampling/createMessage");
    house.settle();
    CHECK(files.answer_to("3").error.find("-32601") != std::string::npos);
}

TEST_CASE(
    "Input that a server of 2026-07-28 wants is asked of a handshake client on the stream of its call") {
    House house;
    FakeServer& files = house.define("files");
    files.is_modern = true;
    house.start("srv_files");
    const auto client = house.session(one("files"), "ada", R"({"elicitation":{}})");
    auto pending = house.ask(client, "tools/call", R"({"name":"ask"})");
    files.answer(
        files.last("tools/call"),
        R"({"resultType":"input_required","inputRequests":{"who":{"method":"elicitation/create","params":{"message":"name?"}}},"requestState":"s1"})");
    house.settle();
    REQUIRE(pending.came().size() == 1);
    CHECK(member_of(pending.came()[0], "method") == R"("elicitation/create")");
    house.answer(client, member_of(pending.came()[0], "id"),
                 R"({"action":"accept","content":{"name":"Ada"}})");
    REQUIRE(files.count("tools/call") == 2);
    const Heard repeated = files.last("tools/call");
    CHECK(member_of(repeated.params, "requestState") == R"("s1")");
    CHECK(member_of(member_of(repeated.params, "inputResponses"), "who") ==
          R"({"action":"accept","content":{"name":"Ada"}})");
    files.answer(repeated, R"({"resultType":"complete","content":[]})");
    house.settle();
    CHECK(member_of(pending.result(), "content") == "[]");
}

TEST_CASE("Input that a client did not declare ends the call with the capability that is missing") {
    House house;
    FakeServer& files = house.define("files");
    files.is_modern = true;
    house.start("srv_files");
    auto pending = house.ask(house.session(one("files")), "tools/call", R"({"name":"ask"})");
    files.answer(
        files.last("tools/call"),
        R"({"resultType":"input_required","inputRequests":{"q":{"method":"sampling/createMessage"}}})");
    house.settle();
    CHECK(pending.error_code() == "-32021");
    CHECK(pending.error().find("sampling") != std::string::npos);
}
