#include "agent/health/silence.hpp"

#include "common/units.hpp"

#include <time.h>

namespace mcpm {

namespace {

constexpr std::chrono::minutes patience{2};
/// The kernel counts in hundredths of a second.
constexpr double next_to_none = 0.015;

std::chrono::nanoseconds read(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

ProbeFinding judge_silence(const Silence& silence, const std::string& why) {
    if (silence.after && silence.after->is_stopped)
        return {CheckOutcome::bad, why + "; its process is stopped by a signal"};
    if (silence.calls == 0) return {CheckOutcome::bad, why};
    const bool is_known = silence.before && silence.after;
    const bool works = !is_known || silence.after->cpu_seconds - silence.before->cpu_seconds > next_to_none;
    if (works || silence.oldest < patience) return {CheckOutcome::unclear, why};
    return {CheckOutcome::bad,
            why + "; it uses no CPU, and " + silence.oldest_name + " waits for " +
                format_duration(std::chrono::duration_cast<std::chrono::seconds>(silence.oldest))};
}

std::chrono::milliseconds suspended_time() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(read(CLOCK_BOOTTIME) -
                                                                 read(CLOCK_MONOTONIC));
}

bool has_slept(std::chrono::milliseconds before, std::chrono::milliseconds after) {
    return after - before >= std::chrono::seconds(1);
}

}  // namespace mcpm
