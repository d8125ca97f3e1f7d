// Lets a bounded number of launches happen at once; the others wait in the order they came.
// One loop thread; owned by the Supervisor.
#pragma once

#include "agent/async/task.hpp"

#include <list>

namespace mcpm {

class StartGate {
  public:
    explicit StartGate(unsigned places) : free_(places == 0 ? 1 : places) {}

    /// Held while launching; leaves the gate when destroyed.
    class Pass {
      public:
        explicit Pass(StartGate& gate) : gate_(&gate) {}
        Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
        Pass(const Pass&) = delete;
        Pass& operator=(const Pass&) = delete;
        Pass& operator=(Pass&&) = delete;
        ~Pass() {
            if (gate_ != nullptr) gate_->leave();
        }

      private:
        StartGate* gate_;
    };

    /// Returns at once when there is a place. Throws operation_aborted when the waiting task is cancelled.
    Task<Pass> enter();

  private:
    struct Waiter {
        explicit Waiter(const Executor& executor) : timer(executor) {
            timer.expires_at(Clock::time_point::max());
        }
        Timer timer;
        bool admitted = false;
    };
    using Place = std::list<Waiter>::iterator;

    void leave();
    void abandon(Place place);

    unsigned free_;
    std::list<Waiter> waiting_;
};

}  // namespace mcpm
