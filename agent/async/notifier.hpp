// A condition that coroutines of the one loop thread can wait for. Not a counter: a waiter checks its
// condition, waits, and checks again.
#pragma once

#include "agent/async/task.hpp"

namespace mcpm {

class Notifier {
  public:
    explicit Notifier(Loop& loop) : timer_(loop) { timer_.expires_at(Clock::time_point::max()); }

    /// Resumes at the next notify_all(). Throws operation_aborted when the waiting task is cancelled.
    Task<> wait();

    /// Resumes at the next notify_all() or after `limit`; true when it was notified.
    Task<bool> wait_for(Clock::duration limit);

    void notify_all();

  private:
    Timer timer_;
};

/// Throws operation_aborted when the current task was cancelled; otherwise returns at once.
Task<> check_cancelled();

/// Sleeps; throws operation_aborted when cancelled.
Task<> sleep_for(Clock::duration time);

}  // namespace mcpm
