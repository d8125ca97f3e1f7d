// Answers that no reader of JSON takes: their callers are told at once.
#include "tests/integration/mcp/served.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

TEST_CASE("An answer nested 500 deep fails its own call at once, with the reason, wherever its id stands") {
    Child child(everything({"--era", "legacy"}));
    Agent agent;
    agent.attach(child);
    REQUIRE(agent.opened());
    for (const std::string arguments :
         {R"({"bytes":1,"depth":500})", R"({"bytes":1,"depth":500,"idLast":true})"}) {
        const auto answer = agent.call("big", arguments);
        REQUIRE(!answer);
        CHECK(answer.error().code == ErrorCode::wrong_state);
        CHECK(answer.error().message.find("its answer cannot be used: JSON nested deeper than 128 levels") !=
              std::string::npos);
    }
    CHECK(agent.call("big", R"({"bytes":1,"depth":100})"));
    CHECK(agent.call("echo", R"({"message":"on"})"));
}
