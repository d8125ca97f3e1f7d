#include "agent/gateway/usage.hpp"

#include <doctest/doctest.h>

using namespace mcpm::gateway;
using namespace std::chrono_literals;

TEST_CASE("Calls are counted by server and tool, with errors and durations") {
    Usage usage;
    usage.note("a", "echo", 1ms, false);
    usage.note("a", "echo", 3ms, true);
    usage.note("b", "echo", 1ms, false);
    REQUIRE(usage.of("a") != nullptr);
    const auto& echo = usage.of("a")->at("echo");
    CHECK(echo.calls == 2);
    CHECK(echo.errors == 1);
    CHECK(echo.durations.total() == 4ms);
    CHECK(echo.durations.most() == 3ms);
    usage.forget("a");
    CHECK(usage.of("a") == nullptr);
    CHECK(usage.of("b") != nullptr);
}

TEST_CASE("Names that a client makes up do not take memory without end") {
    Usage usage;
    for (int n = 0; n < 5000; ++n) usage.note("a", "tool" + std::to_string(n), 1ms, true);
    CHECK(usage.of("a")->size() == Usage::tools_limit + 1);
    CHECK(usage.of("a")->find(Usage::others)->second.calls == 5000 - Usage::tools_limit);
}

TEST_CASE("A quantile is within a factor of two, and never above the longest") {
    Durations durations;
    CHECK(durations.at(0.5) == 0us);
    for (int n = 1; n <= 100; ++n) durations.add(std::chrono::milliseconds(n));
    CHECK(durations.at(0.5) >= 50ms);
    CHECK(durations.at(0.5) <= 100ms);
    CHECK(durations.at(0.99) == 100ms);
    durations.add(std::chrono::hours(100));
    CHECK(durations.at(1) == std::chrono::hours(100));
}
