// systemd's watchdog (WatchdogSec= of the unit): says again and again that the loop turns. An agent whose
// loop stands still is then ended by systemd and started anew; one that merely ended is started by the keeper
// long before.
#pragma once

#include "agent/async/task.hpp"

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string_view>

namespace mcpm {

struct WatchdogWords {
    std::string_view microseconds;  // $WATCHDOG_USEC
    std::string_view process;       // $WATCHDOG_PID: the keeper's, whose child the agent is
};

/// How often to say so: a third of what systemd waits. Nothing when it asks nobody, or somebody else.
std::optional<std::chrono::microseconds> watchdog_pause(const WatchdogWords& words, pid_t own, pid_t parent);

/// Runs until it is cancelled, or ends at once without a watchdog.
Task<> feed_watchdog();

}  // namespace mcpm
