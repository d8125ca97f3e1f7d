// Each call of a tool becomes a row, behind the call: rows wait here and go to the store together. Bounded;
// what the store refuses for too long is dropped, oldest first, and counted. Without calls: no timer.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/async/task_group.hpp"
#include "agent/metrics/recent_count.hpp"
#include "agent/store/history_store.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::observe {

class CallRecorder {
  public:
    struct Limits {
        Clock::duration wait = std::chrono::seconds(5);  // a row's, for others
        std::size_t batch = 4'000;                       // stored at once without waiting
        std::size_t waiting = 20'000;
    };
    static constexpr std::size_t longest_text = 128;        // bytes of a name
    static constexpr std::size_t longest_arguments = 2000;  // two rows a page of the database

    CallRecorder(Loop& loop, HistoryStore& history) : CallRecorder(loop, history, Limits{}) {}
    CallRecorder(Loop& loop, HistoryStore& history, Limits limits, TaskGroup::Report report = {});

    void note(CallRow call);
    /// Is told how many were stored, each time.
    void set_stored(std::function<void(std::size_t calls)> stored) { stored_ = std::move(stored); }
    /// Returns when what was noted before is stored, or cannot be.
    Task<> store();

    std::uint64_t total() const { return total_; }
    std::uint64_t failed() const { return failed_; }
    std::uint64_t lost() const { return lost_; }
    std::size_t waiting() const { return waiting_.size(); }
    std::uint64_t in_last_minute(Clock::time_point now) { return recent_.in_last_minute(now); }
    Task<> close();

  private:
    Task<> store_soon();
    void keep_within_bounds();

    HistoryStore& history_;
    Limits limits_;
    std::vector<CallRow> waiting_;
    std::uint64_t total_ = 0, failed_ = 0, lost_ = 0;
    bool is_due_ = false;
    Notifier full_;
    std::function<void(std::size_t calls)> stored_;
    metrics::RecentCount recent_;
    TaskGroup tasks_;
};

}  // namespace mcpm::observe
