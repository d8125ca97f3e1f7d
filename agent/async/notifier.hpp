// A condition that coroutines of the one loop thread can wait for. Not a counter of permits: a waiter checks
// its condition, waits, and checks again. Who does something else between the check and the wait (a look at
// the disk on a worker) takes count() before the check and waits with wait_since(): no notification in
// between is lost.
#pragma once

#include "agent/async/task.hpp"

#include <cstdint>

namespace mcpm {

class Notifier {
  public:
    explicit Notifier(Loop& loop) : timer_(loop) { timer_.expires_at(Clock::time_point::max()); }

    /// Resumes at the next notify_all(). Throws operation_aborted when the waiting task is cancelled.
    Task<> wait();

    /// Resumes at the next notify_all() or after `limit`; true when it was notified.
    Task<bool> wait_for(Clock::duration limit);

    /// How often it was notified.
    std::uint64_t count() const { return count_; }

    /// Resumes when it has been notified since count() was `seen`: at once, when that was so already.
    Task<> wait_since(std::uint64_t seen);

    /// Waits so, but no longer than `limit`; true when it was notified.
    Task<bool> wait_since(std::uint64_t seen, Clock::duration limit);

    void notify_all();

  private:
    Timer timer_;
    std::uint64_t count_ = 0;
};

/// Throws operation_aborted when the current task was cancelled; otherwise returns at once.
Task<> check_cancelled();

/// Sleeps; throws operation_aborted when cancelled.
Task<> sleep_for(Clock::duration time);

}  // namespace mcpm
