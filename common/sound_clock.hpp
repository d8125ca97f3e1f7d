// The wall clock is set: back, forward, by a person or by the network. What ends or is deleted by it asks two
// clocks: the wall's, and what the wall said when this process began plus the time that has passed since.
// What is deleted when it is old asks the keeper's beginning: an agent that is replaced while the clock is
// wrong believes it no sooner.
#pragma once

#include "common/server_spec.hpp"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>

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

inline constexpr const char* handed_on = "MCPM_KEEPER_BEGAN";

/// Of the keeper, for all agents that it will start.
inline void hand_on_beginning() {
    const Beginning begun;
    const std::string text = std::to_string(begun.wall.count()) + ":" + std::to_string(begun.passed.count());
    ::setenv(handed_on, text.c_str(), 1);
}

/// What was handed on; our own when nothing was, or nothing that can be.
inline Beginning handed_beginning() {
    Beginning begun;
    const char* const text = std::getenv(handed_on);
    const char* const colon = text == nullptr ? nullptr : std::strchr(text, ':');
    if (colon == nullptr) return begun;
    const std::chrono::milliseconds wall(std::strtoll(text, nullptr, 10));
    const std::chrono::milliseconds passed(std::strtoll(colon + 1, nullptr, 10));
    if (passed.count() > 0 && passed <= begun.passed) begun = {wall, passed};
    return begun;
}

/// Time that passes while the machine sleeps is counted.
inline Timestamp undisturbed_since(const Beginning& begun) {
    return Timestamp(begun.wall + (read(CLOCK_BOOTTIME) - begun.passed));
}

inline Timestamp undisturbed_now() {
    static const Beginning begun;
    return undisturbed_since(begun);
}

}  // namespace sound_clock

/// For what may be deleted when it is old: not sooner because the clock was set forward.
inline Timestamp earliest_now() {
    static const sound_clock::Beginning begun = sound_clock::handed_beginning();
    return std::min(Timestamp(sound_clock::read(CLOCK_REALTIME)), sound_clock::undisturbed_since(begun));
}

/// For what may be used until it is over: not longer because the clock was set back.
inline Timestamp latest_now() {
    return std::max(Timestamp(sound_clock::read(CLOCK_REALTIME)), sound_clock::undisturbed_now());
}

}  // namespace mcpm
