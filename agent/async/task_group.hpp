// Owns coroutines: spawn, cancel all, drain. What one of them throws is reported to the group's
// sink and never reaches the loop. A room has one group per lifetime it manages.
#pragma once

#include "agent/async/task.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <string_view>

namespace mcpm {

class TaskGroup {
  public:
    /// `report` receives (what the task was, what it threw). It is called on the loop thread.
    using Report = std::function<void(std::string_view name, std::string_view what)>;

    explicit TaskGroup(Loop& loop, Report report = {});
    /// All tasks must have ended (drain) or never be resumed again (the loop has stopped).
    ~TaskGroup() = default;
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    /// Starts `task` at the loop's next turn. `name` says what it is, for reports. After cancel_all()
    /// nothing new starts: the task is destroyed unrun.
    void spawn(std::string name, Task<> task);

    /// Asks every task to end: its current wait completes with operation_aborted.
    void cancel_all();

    /// Completes when the last task has ended. Call cancel_all() first for those that run for ever.
    Task<> drain();

    std::size_t size() const { return entries_.size(); }
    Loop& loop() const { return loop_; }

  private:
    struct Entry {
        std::string name;
        asio::cancellation_signal signal;
    };

    void finished(std::list<Entry>::iterator entry, const std::exception_ptr& thrown);

    Loop& loop_;
    Report report_;
    std::list<Entry> entries_;
    bool cancelled_ = false;
    Timer drained_;
};

}  // namespace mcpm
