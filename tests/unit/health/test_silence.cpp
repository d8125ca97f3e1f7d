#include "agent/health/silence.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace std::chrono_literals;

namespace {

Silence silent(std::size_t calls, std::chrono::milliseconds oldest, double used) {
    Silence silence;
    silence.calls = calls;
    silence.oldest = oldest;
    silence.oldest_name = "search";
    silence.before = Vitals{1, false};
    silence.after = Vitals{1 + used, false};
    return silence;
}

}  // namespace

TEST_CASE("One that has nothing to do and does not answer is not well") {
    CHECK(judge_silence(silent(0, 0ms, 5), "no answer").outcome == CheckOutcome::bad);
}

TEST_CASE("One that uses CPU is busy, however long its calls take") {
    CHECK(judge_silence(silent(1, 1h, 0.5), "no answer").outcome == CheckOutcome::unclear);
}

TEST_CASE("One that waits with its call is given two minutes") {
    CHECK(judge_silence(silent(1, 119s, 0), "no answer").outcome == CheckOutcome::unclear);
    const auto frozen = judge_silence(silent(2, 5min, 0), "no answer");
    CHECK(frozen.outcome == CheckOutcome::bad);
    CHECK(frozen.why == "no answer; it uses no CPU, and search waits for 5m");
}

TEST_CASE("One that a signal stopped is frozen at once") {
    auto silence = silent(1, 1s, 0);
    silence.after->is_stopped = true;
    CHECK(judge_silence(silence, "no answer").outcome == CheckOutcome::bad);
}

TEST_CASE("Where its processes cannot be seen, it may be busy") {
    auto silence = silent(1, 1h, 0);
    silence.before.reset();
    CHECK(judge_silence(silence, "no answer").outcome == CheckOutcome::unclear);
}

TEST_CASE("A suspended machine is noticed by the gap between two clocks") {
    CHECK_FALSE(has_slept(5s, 5s + 20ms));
    CHECK(has_slept(5s, 3h));
    CHECK(suspended_time() >= -1s);
}
