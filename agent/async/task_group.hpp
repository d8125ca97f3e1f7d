// Owns coroutines: spawn, cancel all, drain. What one of them throws is reported to the group's
// sink and never reaches the loop. A room has one group per lifetime it manages.
//
// A coroutine that has a group of its own can be given up while the group's tasks wait: they are then
// cancelled, and end after it. Such tasks own what they use, or share it.
#pragma once

#include "agent/async/task.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace mcpm {

class TaskGroup {
  public:
    /// `report` receives (what the task was, what it threw). It is called on the loop thread.
    using Report = std::function<void(std::string_view name, std::string_view what)>;

    explicit TaskGroup(Loop& loop, Report report = {});
    /// Cancels those that have not ended; nothing is reported of them.
    ~TaskGroup();
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    /// Starts `task` at the loop's next turn. `name` says what it is, for reports. After cancel_all()
    /// nothing new starts: the task is destroyed unrun.
    void spawn(std::string name, Task<> task);

    /// Asks every task to end: its current wait completes with operation_aborted.
    void cancel_all();

    /// Completes when the last task has ended. Call cancel_all() first for those that run for ever.
    Task<> drain();

    std::size_t size() const;
    Loop& loop() const;

  private:
    struct State;
    std::shared_ptr<State> state_;  // the tasks' as well: an entry lives as long as its task
};

}  // namespace mcpm
