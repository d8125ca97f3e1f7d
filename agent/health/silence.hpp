// A server that did not answer a ping while it has calls in flight: is it busy, or frozen? And whether the
// machine slept meanwhile. Pure, but for suspended_time().
#pragma once

#include "agent/health/probe.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace mcpm {

/// What a server's processes did while it was waited for.
struct Vitals {
    double cpu_seconds = 0;   // until now
    bool is_stopped = false;  // by a signal or a debugger
};

struct Silence {
    std::size_t calls = 0;  // in flight
    std::chrono::milliseconds oldest{0};
    std::string oldest_name = {};
    std::optional<Vitals> before = {}, after = {};  // nothing where they cannot be read
};

/// Busy is unclear, for it cannot be told whether it is well. Frozen is bad: it was stopped, or it used no
/// CPU while it was waited for and its oldest call is older than two minutes. `why`: what the ping said.
ProbeFinding judge_silence(const Silence& silence, const std::string& why);

/// How long this machine was suspended since it booted: CLOCK_BOOTTIME counts it, CLOCK_MONOTONIC does not.
std::chrono::milliseconds suspended_time();
/// Whether it was suspended between the two for so long that what was waited for may have been lost.
bool has_slept(std::chrono::milliseconds before, std::chrono::milliseconds after);

}  // namespace mcpm
