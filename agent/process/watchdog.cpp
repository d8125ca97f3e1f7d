#include "agent/process/watchdog.hpp"

#include "agent/async/notifier.hpp"
#include "agent/process/sd_notify.hpp"
#include "common/number.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace mcpm {

namespace {

constexpr std::chrono::microseconds shortest_pause = std::chrono::milliseconds(100);
constexpr std::uint64_t longest_watchdog = 24ULL * 3600 * 1'000'000;

std::string_view variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

std::optional<std::chrono::microseconds> watchdog_pause(const WatchdogWords& words, pid_t own, pid_t parent) {
    const auto limit = parse_number<std::uint64_t>(words.microseconds);
    if (!limit || *limit == 0 || *limit > longest_watchdog) return std::nullopt;
    const auto asked = parse_number<pid_t>(words.process);
    if (!words.process.empty() && asked != own && asked != parent) return std::nullopt;
    return std::max(shortest_pause, std::chrono::microseconds(*limit / 3));
}

Task<> feed_watchdog() {
    const auto pause =
        watchdog_pause({variable("WATCHDOG_USEC"), variable("WATCHDOG_PID")}, ::getpid(), ::getppid());
    if (!pause) co_return;
    for (;;) {
        sd_notify_state("WATCHDOG=1");
        co_await sleep_for(*pause);
    }
}

}  // namespace mcpm
