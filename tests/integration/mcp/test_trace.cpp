#include "agent/mcp/trace.hpp"
#include "tests/integration/mcp/served.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

TEST_CASE("Traffic is recorded while somebody watches, both ways, with how long answers took") {
    Agent agent;
    const Child child(everything());
    agent.attach(child);
    REQUIRE(agent.opened());
    REQUIRE(agent.call("echo", R"({"message":"before"})").has_value());
    const auto trace = agent.sessions.trace("s1");
    std::optional<mcp::Trace::Watch> watch(trace);
    auto& feed = watch->feed();
    CHECK(feed.end() == 0);
    REQUIRE(agent.call("echo", R"({"message":"hello"})").has_value());
    const auto batch = feed.read(0, 100);
    REQUIRE(batch.items.size() == 2);
    const auto& asked = batch.items[0];
    CHECK(asked.to_server);
    CHECK(asked.kind == mcp::TraceKind::request);
    CHECK(asked.method == "tools/call");
    CHECK(asked.name == "echo");
    CHECK(asked.client == "mcpm");
    CHECK(asked.message.find("hello") != std::string::npos);
    const auto& answered = batch.items[1];
    CHECK_FALSE(answered.to_server);
    CHECK(answered.kind == mcp::TraceKind::response);
    CHECK(answered.method == "tools/call");
    CHECK(answered.name == "echo");
    CHECK(answered.id == asked.id);
    CHECK(answered.took.has_value());
    CHECK_FALSE(answered.tool_failed);
    watch.reset();
    REQUIRE(agent.call("echo", R"({"message":"after"})").has_value());
    CHECK(trace->is_watched() == false);
}

TEST_CASE("Watching begins before the server does and outlives it") {
    Agent agent;
    mcp::Trace::Watch watch(agent.sessions.trace("s1"));
    auto& feed = watch.feed();
    const Child child(everything());
    agent.attach(child);
    REQUIRE(agent.opened());
    const auto first = feed.end();
    CHECK(first >= 2);
    CHECK(feed.read(0, 1).items[0].to_server);
    agent.sessions.detach("s1", agent.run, Error{ErrorCode::unavailable, "gone"});
    const Child next(everything());
    agent.attach(next);
    REQUIRE(agent.opened());
    CHECK(feed.end() > first);
}
