#include "agent/observe/stats_meter.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::observe;
using namespace std::chrono_literals;

namespace {

const Clock::time_point begun{100s};
const Timestamp at{std::chrono::hours(1)};

Look seen(std::uint64_t run, double cpu_seconds, std::uint64_t calls = 0) {
    Look look;
    look.run = run;
    look.usage.cpu_seconds = cpu_seconds;
    look.usage.memory_bytes = 1000;
    look.usage.processes = 2;
    look.calls = calls;
    return look;
}

}  // namespace

TEST_CASE("The first look at a run says nothing of CPU, the second does") {
    StatsMeter meter;
    const auto first = meter.take("a", seen(1, 50), begun, at);
    CHECK(first.span == 0ms);
    CHECK(first.cpu == 0us);
    CHECK(first.memory == 1000);
    CHECK_FALSE(meter.newest("a")->cpu_percent);
    const auto second = meter.take("a", seen(1, 51), begun + 2s, at);
    CHECK(second.span == 2s);
    CHECK(second.cpu == 1s);
    CHECK(*meter.newest("a")->cpu_percent == doctest::Approx(50));
}

TEST_CASE("A new run begins anew, and calls go on being counted") {
    StatsMeter meter;
    CHECK(meter.take("a", seen(1, 50, 7), begun, at).calls == 7);
    const auto next = meter.take("a", seen(2, 3, 9), begun + 2s, at);
    CHECK(next.calls == 2);
    CHECK(next.cpu == 0us);
    CHECK(next.span == 0ms);
}

TEST_CASE("CPU time that went with a child that ended is no negative use") {
    StatsMeter meter;
    meter.take("a", seen(1, 50), begun, at);
    CHECK(meter.take("a", seen(1, 20), begun + 1s, at).cpu == 0us);
}

TEST_CASE("Bytes are known only when both looks knew them") {
    StatsMeter meter;
    auto look = seen(1, 0);
    meter.take("a", look, begun, at);
    look.usage.read_bytes = 100;
    CHECK_FALSE(meter.take("a", look, begun + 1s, at).read_bytes);
    look.usage.read_bytes = 350;
    CHECK(meter.take("a", look, begun + 2s, at).read_bytes == 250);
}

TEST_CASE("The share of memory that was measured last stays until the next") {
    StatsMeter meter;
    auto look = seen(1, 0);
    look.usage.proportional_bytes = 600;
    meter.take("a", look, begun, at);
    look.usage.proportional_bytes.reset();
    CHECK_FALSE(meter.take("a", look, begun + 1s, at).proportional);
    CHECK(meter.newest("a")->proportional_bytes == 600);
}

TEST_CASE("A server that does not run has no reading") {
    StatsMeter meter;
    meter.take("a", seen(1, 50), begun, at);
    meter.take("b", seen(1, 50), begun, at);
    meter.end_unless([](const std::string& id) { return id == "a"; });
    CHECK(meter.newest("a"));
    CHECK_FALSE(meter.newest("b"));
    CHECK_FALSE(meter.newest("c"));
}
