// The wall clock is set: back, forward, by a person or by the network. What ends or is deleted by it asks two
// clocks: the wall's, and what the wall said when this process began plus the time that has passed since.
#pragma once

#include "common/server_spec.hpp"

#include <time.h>

#include <algorithm>
#include <chrono>

namespace mcpm {

namespace sound_clock {

inline std::chrono::milliseconds read(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::chrono::seconds(time.tv_sec) +
           std::chrono::floor<std::chrono::milliseconds>(std::chrono::nanoseconds(time.tv_nsec));
}

struct Beginning {
    std::chrono::milliseconds wall = read(CLOCK_REALTIME), passed = read(CLOCK_BOOTTIME);
};

/// Time that passes while the machine sleeps is counted.
inline Timestamp undisturbed_now() {
    static const Beginning begun;
    return Timestamp(begun.wall + (read(CLOCK_BOOTTIME) - begun.passed));
}

}  // namespace sound_clock

/// For what may be deleted when it is old: not sooner because the clock was set forward.
inline Timestamp earliest_now() {
    return std::min(Timestamp(sound_clock::read(CLOCK_REALTIME)), sound_clock::undisturbed_now());
}

/// For what may be used until it is over: not longer because the clock was set back.
inline Timestamp latest_now() {
    return std::max(Timestamp(sound_clock::read(CLOCK_REALTIME)), sound_clock::undisturbed_now());
}

}  // namespace mcpm
