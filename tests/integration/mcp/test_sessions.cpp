#include "tests/integration/mcp/served.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;
using namespace mcpm::test;

namespace {

std::string text_result(const std::string& text) {
    return R"({"content":[{"type":"text","text":")" + text + R"("}]})";
}

}  // namespace

TEST_CASE("A handshake-era server is recognised and its facts are kept") {
    Child child(everything({"--era", "legacy"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    const auto facts = agent.sessions.facts("s1");
    REQUIRE(facts);
    CHECK(facts->era == mcp::Era::handshake);
    CHECK(facts->protocol_version == "2025-11-25");
    CHECK(facts->server_info == R"({"name":"everything","version":"1.0"})");
    CHECK(facts->instructions == "use echo");
    const auto answer = agent.call("echo", R"({"message":"hi"})");
    REQUIRE(answer);
    CHECK(*answer == text_result("hi"));
}

TEST_CASE("A 2026-07-28 server is served without a handshake, and each request carries its envelope") {
    Child child(everything({"--era", "modern"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    CHECK(agent.sessions.facts("s1")->era == mcp::Era::per_request);
    const auto answer = agent.call("echo", R"({"message":"hi"})");
    REQUIRE(answer);
    CHECK(*answer == R"({"resultType":"complete","content":[{"type":"text","text":"hi"}]})");
}

TEST_CASE("A strict server that answers discover with an error gets one initialize and nothing before it") {
    Child child(everything({"--era", "strict"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    CHECK(agent.call("add", R"({"a":2,"b":40})").value() == text_result("42"));
}

TEST_CASE("All four handshake versions are accepted back, another one is refused by name") {
    for (const std::string version : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"}) {
        Child child(everything({"--era", "legacy", "--version", version}));
        Agent agent;
        agent.attach(child);
        REQUIRE(agent.opened());
        CHECK(agent.sessions.facts("s1")->protocol_version == version);
    }
    Child child(everything({"--era", "legacy", "--version", "2031-01-01"}));
    Agent agent;
    agent.attach(child);
    CHECK_FALSE(agent.opened());
    CHECK(agent.failure->message.find("2031-01-01") != std::string::npos);
}

TEST_CASE("A server that dies on discover opens at its second start") {
    Agent agent;
    {
        Child child(everything({"--era", "legacy", "--die-on-discover"}));
        agent.attach(child);
        child.let_go_of_pipes();
        CHECK_FALSE(agent.opened());
        CHECK(agent.failure->details.json() == R"({"reason":"died_on_probe"})");
        CHECK(agent.learned == mcp::EraHint::handshake_only);
    }
    agent.failure.reset();
    Child again(everything({"--era", "legacy", "--die-on-discover"}));
    agent.attach(again);
    CHECK(agent.opened());
}

TEST_CASE("A server that ends without the question as well is asked again") {
    Agent agent;
    for (const bool is_asked : {true, false, true}) {
        Child child({"sh", "-c", "read line; echo \"$line\" >&2; exit 3"});
        agent.failure.reset();
        agent.attach(child);
        child.let_go_of_pipes();
        CHECK_FALSE(agent.opened());
        CHECK((agent.failure->details == R"({"reason":"died_on_probe"})") == is_asked);
    }
}

TEST_CASE("Silence after discover is followed by initialize in the same process") {
    Child child(everything({"--era", "legacy", "--silent-discover"}));
    Agent agent;
    agent.attach(child, nullptr, false, 20s, 50ms);
    CHECK(agent.opened());
    CHECK(agent.learned == mcp::EraHint::handshake_only);
}

TEST_CASE("A modern server that is slow to start is not taken for an old one") {
    Child child(everything({"--era", "modern", "--slow-start", "300"}));
    Agent agent;
    agent.attach(child, nullptr, false, 20s, 50ms);
    REQUIRE(agent.opened());
    CHECK(agent.sessions.facts("s1")->era == mcp::Era::per_request);
    CHECK(agent.call("echo", R"({"message":"hi"})"));
}

TEST_CASE("A server that never answers fails at its start limit with a clear message") {
    Child child({"sleep", "60"});
    Agent agent;
    agent.attach(child, nullptr, false, 200ms);
    CHECK_FALSE(agent.opened());
    CHECK(agent.failure->code == ErrorCode::timed_out);
    CHECK(agent.failure->message ==
          "open the MCP session of 'everything': no answer within 200ms of its start");
    CHECK(agent.call("echo").error().code == ErrorCode::unavailable);
}

TEST_CASE("Noise on stdout is counted, reported and harmless") {
    Child child(everything());
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    CHECK(agent.call("noise"));
    CHECK(agent.counts().noise == 5);
    CHECK(agent.noise == std::vector<std::string>{"Listening for requests...", "{\"broken\": ", "[1,2,3]"});
}

TEST_CASE("A second answer and an answer nobody asked for are dropped and counted") {
    Child child(everything({"--era", "legacy"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    CHECK(agent.call("twice").value() == text_result("once"));
    CHECK(agent.call("unknown_id").value() == text_result("known"));
    CHECK(agent.counts().calls.duplicate == 1);
    CHECK(agent.counts().calls.unknown == 2);
}
