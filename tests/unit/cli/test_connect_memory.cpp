#include "cli/connect_memory.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm::cli;

namespace {

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// A conversation in which every line is sent at once.
struct Talk {
    ConnectMemory memory;
    std::uint64_t sent = 0;

    Verdict client(std::string_view line) {
        const auto verdict = memory.from_client(line, sent);
        sent += line.size() + 1;
        return verdict;
    }
    Verdict agent(std::string_view line) { return memory.from_agent(line); }
    void open() {
        client(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18"}})");
        agent(R"({"jsonrpc":"2.0","id":0,"result":{}})");
        client(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
    }
};

}  // namespace

TEST_CASE("Calls in flight are failed with their own ids, answered and cancelled ones are not") {
    Talk talk;
    talk.open();
    talk.client(R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{}})");
    talk.client(R"({"jsonrpc":"2.0","id":"7","method":"tools/call","params":{}})");
    talk.client(R"({"jsonrpc":"2.0","id":8,"method":"tools/call","params":{}})");
    talk.client(R"({"jsonrpc":"2.0","id":9,"method":"tools/call","params":{}})");
    CHECK(talk.agent(R"({"jsonrpc":"2.0","id":8,"result":{}})") == Verdict::pass);
    talk.client(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9}})");
    const auto lines = talk.memory.lost(talk.sent);
    CHECK(has(lines, R"("id":7,"error":{"code":-32000)"));
    CHECK(has(lines, R"("id":"7","error":{"code":-32000)"));
    CHECK_FALSE(has(lines, R"("id":8)"));
    CHECK_FALSE(has(lines, R"("id":9)"));
    CHECK(talk.memory.lost(talk.sent).empty());
}

TEST_CASE("What was not sent yet waits for the next agent, or is failed when there is none") {
    Talk talk;
    talk.open();
    const auto sent = talk.sent;
    talk.client(R"({"jsonrpc":"2.0","id":1,"method":"tools/call"})");
    CHECK(talk.memory.lost(sent).empty());
    CHECK(talk.memory.has_waiting(sent));
    CHECK(has(talk.memory.fail_waiting(sent, "no \"agent\""),
              R"("id":1,"error":{"code":-32000,"message":"no \"agent\"")"));
    CHECK_FALSE(talk.memory.has_waiting(sent));
}

TEST_CASE("The handshake is repeated under an id of ours, and the rest follows its answer") {
    Talk talk;
    talk.open();
    talk.client(R"({"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"uri":"file:///a"}})");
    talk.agent(R"({"jsonrpc":"2.0","id":1,"result":{}})");
    talk.client(R"({"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":{"uri":"file:///b"}})");
    talk.agent(R"({"jsonrpc":"2.0","id":2,"result":{}})");
    talk.client(R"({"jsonrpc":"2.0","id":3,"method":"resources/subscribe","params":{"uri":"file:///c"}})");
    talk.agent(R"({"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"no"}})");
    talk.client(R"({"jsonrpc":"2.0","id":4,"method":"resources/unsubscribe","params":{"uri":"file:///b"}})");
    talk.agent(R"({"jsonrpc":"2.0","id":4,"result":{}})");
    talk.client(R"({"jsonrpc":"2.0","id":5,"method":"logging/setLevel","params":{"level":"debug"}})");
    talk.agent(R"({"jsonrpc":"2.0","id":5,"result":{}})");
    CHECK(talk.memory.lost(talk.sent).empty());
    CHECK(
        talk.memory.opening(talk.sent) ==
        R"({"jsonrpc":"2.0","id":"mcpm-connect-1","method":"initialize","params":{"protocolVersion":"2025-06-18"}})"
        "\n");
    CHECK(talk.memory.awaits_opening());
    CHECK(talk.agent(R"({"jsonrpc":"2.0","id":"mcpm-connect-1","result":{}})") == Verdict::drop);
    CHECK_FALSE(talk.memory.awaits_opening());
    const auto rest = talk.memory.after_opening(talk.sent);
    CHECK(rest.starts_with(R"({"jsonrpc":"2.0","method":"notifications/initialized"})"));
    CHECK(has(rest, R"("id":"mcpm-connect-2","method":"logging/setLevel")"));
    CHECK(has(rest, R"("id":"mcpm-connect-3","method":"resources/subscribe","params":{"uri":"file:///a"})"));
    CHECK_FALSE(has(rest, "file:///b"));
    CHECK_FALSE(has(rest, "file:///c"));
    CHECK(talk.agent(R"({"jsonrpc":"2.0","id":"mcpm-connect-2","result":{}})") == Verdict::drop);
    CHECK(talk.agent(R"({"jsonrpc":"2.0","id":"mcpm-connect-3","result":{}})") == Verdict::drop);
}

TEST_CASE("A handshake without its answer is repeated as it was, and the client gets the answer") {
    Talk talk;
    const std::string hello = R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{}})";
    talk.client(hello);
    CHECK(talk.memory.lost(talk.sent).empty());
    CHECK(talk.memory.opening(talk.sent) == hello + "\n");
    CHECK_FALSE(talk.memory.awaits_opening());
    CHECK(talk.memory.after_opening(talk.sent).empty());
    CHECK(talk.agent(R"({"jsonrpc":"2.0","id":0,"result":{}})") == Verdict::pass);
}

TEST_CASE("A handshake that waits unsent, or was refused, is not repeated") {
    Talk waits;
    waits.client(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{}})");
    waits.memory.lost(0);
    CHECK(waits.memory.opening(0).empty());
    Talk refused;
    refused.client(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{}})");
    refused.agent(R"({"jsonrpc":"2.0","id":0,"error":{"code":1,"message":"no"}})");
    refused.memory.lost(refused.sent);
    CHECK(refused.memory.opening(refused.sent).empty());
}

TEST_CASE("A refusal of the repeated handshake is known") {
    Talk talk;
    talk.open();
    talk.memory.lost(talk.sent);
    talk.memory.opening(talk.sent);
    CHECK(talk.agent(R"({"jsonrpc":"2.0","id":"mcpm-connect-1","error":{"code":1}})") == Verdict::drop);
    REQUIRE(talk.memory.refusal().has_value());
    CHECK(has(*talk.memory.refusal(), "\"code\":1"));
}

TEST_CASE(
    "A listen goes on with the next agent, and the client is not told a second time that it is granted") {
    const std::string ack =
        R"({"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":5}}})";
    const std::string listen = R"({"jsonrpc":"2.0","id":5,"method":"subscriptions/listen","params":{}})";
    Talk talk;
    talk.client(listen);
    CHECK(talk.agent(ack) == Verdict::pass);
    CHECK(talk.memory.lost(talk.sent).empty());
    CHECK(talk.memory.opening(talk.sent).empty());
    CHECK(talk.memory.after_opening(talk.sent) == listen + "\n");
    CHECK(talk.agent(ack) == Verdict::drop);
    CHECK(talk.agent(R"({"jsonrpc":"2.0","id":5,"result":{}})") == Verdict::pass);
    talk.memory.lost(talk.sent);
    CHECK(talk.memory.after_opening(talk.sent).empty());
}

TEST_CASE("An answer to a request of a server's that is gone reaches no other server") {
    Talk talk;
    talk.open();
    talk.agent(R"({"jsonrpc":"2.0","id":1,"method":"sampling/createMessage","params":{}})");
    talk.agent(R"({"jsonrpc":"2.0","id":2,"method":"roots/list"})");
    CHECK(talk.client(R"({"jsonrpc":"2.0","id":2,"result":{}})") == Verdict::pass);
    const auto lines = talk.memory.lost(talk.sent);
    CHECK(has(lines, R"("method":"notifications/cancelled","params":{"requestId":1)"));
    CHECK_FALSE(has(lines, R"("requestId":2)"));
    CHECK(talk.client(R"({"jsonrpc":"2.0","id":1,"result":{}})") == Verdict::drop);
    CHECK(talk.client(R"({"jsonrpc":"2.0","id":1,"result":{}})") == Verdict::pass);
}

TEST_CASE("Calls too long to be kept are failed like others") {
    Talk talk;
    talk.memory.long_from_client("10", true, 0);
    talk.memory.long_from_client("11", true, 10);
    talk.memory.long_from_client("12", false, 20);
    talk.memory.long_from_agent("11", false);
    const auto lines = talk.memory.lost(100);
    CHECK(has(lines, R"("id":10)"));
    CHECK_FALSE(has(lines, R"("id":11)"));
    CHECK_FALSE(has(lines, R"("id":12)"));
}

TEST_CASE("Text that is no message passes and is not remembered") {
    Talk talk;
    for (const char* line : {"", "x", "[]", "{", "{\"id\":1}", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1}"})
        CHECK(talk.client(line) == Verdict::pass);
    CHECK(talk.memory.lost(talk.sent).empty());
}

TEST_CASE("Calls without an answer are named, open listens are not") {
    Talk talk;
    talk.client(R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"t"}})");
    talk.client(R"({"jsonrpc":"2.0","id":"x","method":"subscriptions/listen","params":{}})");
    CHECK(talk.memory.unanswered() == std::vector<std::string>{"7 (tools/call)"});
    talk.memory.from_agent(R"({"jsonrpc":"2.0","id":7,"result":{}})");
    CHECK(talk.memory.unanswered().empty());
}

TEST_CASE("What is remembered is bounded") {
    Talk talk;
    const std::string long_id(2000, 'x');
    for (int i = 0; i < 2000; ++i)
        talk.client(R"({"id":")" + long_id + std::to_string(i) + R"(","method":"tools/call"})");
    CHECK(talk.memory.lost(talk.sent).size() < (2u << 20));
}

TEST_CASE("A request whose id is no id is not waited for: its refusal comes with none") {
    Talk talk;
    talk.open();
    for (const std::string id : {"1.5", "{}", "[1]", "null", "true", "1e2"})
        talk.client(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"tools/call","params":{}})");
    CHECK(talk.memory.unanswered().empty());
    talk.client(R"({"jsonrpc":"2.0","id":-5,"method":"tools/call","params":{}})");
    CHECK(talk.memory.unanswered().size() == 1);
}
