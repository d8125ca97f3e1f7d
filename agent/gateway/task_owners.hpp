// Whose a task is (2025-11-25; extension io.modelcontextprotocol/tasks of 2026-07-28): its server and the
// principal it was given to. An id counts only together with the server that gave it, because two servers may
// call theirs the same. Bounded: the oldest tasks are forgotten first. Pure.
#pragma once

#include <compare>
#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace mcpm::gateway {

struct TaskName {
    std::string server_id, id;
    auto operator<=>(const TaskName&) const = default;  // NOLINT(modernize-use-nullptr): not written here
};

class TaskOwners {
  public:
    static constexpr std::size_t default_limit = 10'000;

    explicit TaskOwners(std::size_t limit = default_limit) : limit_(limit) {}

    /// A task that a server gives under an id it has used before (it was started again) belongs to the
    /// principal it is given to now.
    void note(TaskName task, const std::string& principal);
    bool is_of(const TaskName& task, std::string_view principal) const;
    std::size_t size() const { return owners_.size(); }

  private:
    std::size_t limit_;
    std::map<TaskName, std::string> owners_;  // principals
    std::deque<TaskName> order_;              // the oldest in front
};

/// The id of the task that a result of tools/call speaks of, decoded; empty when it speaks of none.
std::string task_id_in(std::string_view result);

/// Where many servers are one, a client knows a task as SERVER-ID.ID: no server can name another's. An id
/// without a dot names no task.
TaskName task_shown_as(std::string_view shown);
/// A result or params that speak of a task of this server, with the id as clients of many servers know it.
std::string with_shown_tasks(std::string text, const std::string& server_id);

}  // namespace mcpm::gateway
