#include "agent/process/watchdog.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using std::chrono::microseconds;

TEST_CASE("The watchdog is fed three times as often as it asks, by the process it asks or that one's child") {
    CHECK(watchdog_pause({"60000000", "7"}, 7, 1) == microseconds(20'000'000));
    CHECK(watchdog_pause({"60000000", "7"}, 8, 7) == microseconds(20'000'000));
    CHECK(watchdog_pause({"60000000", ""}, 8, 7) == microseconds(20'000'000));
    CHECK(watchdog_pause({"30", "7"}, 7, 1) == microseconds(100'000));
    // What a shell inherited from a service of somebody else's.
    CHECK_FALSE(watchdog_pause({"60000000", "9"}, 8, 7).has_value());
    for (const char* none : {"", "0", "x", "-1", "99999999999999999999"})
        CHECK_FALSE(watchdog_pause({none, "7"}, 7, 1).has_value());
}
