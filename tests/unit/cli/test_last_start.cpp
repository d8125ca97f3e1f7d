#include "cli/last_start.hpp"

#include <doctest/doctest.h>

using mcpm::cli::failure_of_last_start;

namespace {

const std::string ready = "2026-11-30T02:02:31.419Z info mcpmd 0.1.0 is ready; socket /run/mcpm/agent.sock\n";
const std::string ended = "2026-11-30T02:02:32.502Z info the agent ends\n";
const std::string refused = "2026-11-30T02:02:37.571Z error open /data/mcpm.db: its schema is version 999\n";

}  // namespace

TEST_CASE("A start that came to nothing is told by its last error") {
    CHECK(failure_of_last_start(refused + ended) == "open /data/mcpm.db: its schema is version 999");
    CHECK(failure_of_last_start(ready + ended + refused + ended) ==
          "open /data/mcpm.db: its schema is version 999");
}

TEST_CASE("A start that went well is none, whatever went wrong before and while it ran") {
    CHECK_FALSE(failure_of_last_start(""));
    CHECK_FALSE(failure_of_last_start("no line\n\nof a log"));
    CHECK_FALSE(failure_of_last_start(ready + ended));
    CHECK_FALSE(failure_of_last_start(ready + refused + ended));
    CHECK_FALSE(failure_of_last_start(refused + ended + ready));
    CHECK_FALSE(failure_of_last_start(refused + ended + ready + ended));
    CHECK_FALSE(failure_of_last_start(ready + ended + refused));
}
