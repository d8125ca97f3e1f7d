// Batches of servers, which 2024-11-05 and 2025-03-26 allow.
#include "tests/integration/mcp/served.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

TEST_CASE("Several messages in one line are taken of revisions with batches, and noise of others") {
    for (const std::string version : {"2024-11-05", "2025-03-26"}) {
        CAPTURE(version);
        Child child(everything({"--era", "legacy", "--version", version}));
        Agent agent;
        agent.attach(child);
        REQUIRE(agent.opened());
        CHECK(agent.call("batch")->find("in a batch") != std::string::npos);
        CHECK(agent.notices.size() == 1);
        CHECK(agent.call("echo"));  // the second answer has come by now
        CHECK(agent.counts().calls.duplicate == 1);
        CHECK(agent.call("noise"));
        CHECK(agent.noise ==
              std::vector<std::string>{"Listening for requests...", "{\"broken\": ", "1", "2", "3"});
    }
    Child child(everything({"--era", "legacy", "--version", "2025-06-18"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    CHECK(agent.call("batch")->find("in a batch") != std::string::npos);
    CHECK(agent.notices.empty());
    CHECK(agent.counts().noise == 1);
}
