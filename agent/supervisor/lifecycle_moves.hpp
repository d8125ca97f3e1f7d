// The moves that the rows of the decision table (lifecycle.cpp) are made of: launching, resting, the stop
// sequence, and what follows the end of a run. Pure; nobody else includes this.
#pragma once

#include "agent/supervisor/lifecycle.hpp"

namespace mcpm::lifecycle {

/// One input on its way through the table.
struct Turn {
    Life& life;
    const Input& input;
    const LifecyclePolicy& policy;
    const Timing& timing;
    Moment now;
    Actions actions = {};
};

/// With the counts kept, or begun anew because somebody asked.
void launch_again(Turn& turn);
void launch_afresh(Turn& turn);
/// Because it is needed: what failed before is remembered.
void launch_woken(Turn& turn);
/// As if the agent had been there all the time: the crash loop goes on, or the next start.
void go_on_after_failures(Turn& turn);
void become_ready(Turn& turn);

/// Sleeps when it is idle and is launched when it is needed.
bool is_lazy(const Turn& turn);
/// Available, and nothing runs: from now on a wake launches it.
void fall_asleep(Turn& turn);
/// Counts begin afresh.
void forget_failures(Turn& turn);
/// Running: the idle time begins, or there is none.
void arm_idle(Turn& turn);

/// Nothing goes on and no timer is armed.
void rest(Turn& turn, ServerState state, Reason reason);
void wait_for_retry(Turn& turn, Duration delay, Reason reason);
/// Before jitter; none for attempt 0.
Duration backoff(const Timing& timing, unsigned attempt);

void begin_stop(Turn& turn, Ending ending);
void first_step(Turn& turn);
void next_step(Turn& turn);

/// Nothing of the run is left: rest, launch, wait or give up.
void finish_end(Turn& turn);

}  // namespace mcpm::lifecycle
