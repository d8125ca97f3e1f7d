// Each call of a tool becomes a row, behind the call: rows wait for one another and go to the store together
// (agent/async/row_batch.hpp).
#pragma once

#include "agent/async/row_batch.hpp"
#include "agent/metrics/recent_count.hpp"
#include "agent/observe/call_name_book.hpp"
#include "agent/store/history_store.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace mcpm::observe {

class CallRecorder {
  public:
    using Limits = BatchLimits;
    static constexpr Limits usual{std::chrono::seconds(5), 4'000, 20'000};
    static constexpr std::size_t longest_arguments = 2000;  // two rows a page of the database

    CallRecorder(Loop& loop, HistoryStore& history, Limits limits = usual, TaskGroup::Report report = {});

    /// What a call has in common with others.
    std::shared_ptr<const CallNames> names(const CallNameView& view) { return names_.of(view); }
    void note(CallRow&& call);
    /// A call that is not to be recorded.
    void count(CallOutcome outcome);
    /// Is told how many were stored, each time.
    void set_stored(std::function<void(std::size_t calls)> stored) { stored_ = std::move(stored); }
    /// Returns when what was noted before is stored, or cannot be.
    Task<> store() { return rows_.write(); }

    /// Calls: all, those that were recorded, and those that failed.
    std::uint64_t total() const { return total_; }
    std::uint64_t recorded() const { return recorded_; }
    std::uint64_t failed() const { return failed_; }
    std::uint64_t lost() const { return rows_.lost(); }
    std::size_t waiting() const { return rows_.waiting(); }
    std::uint64_t in_last_minute(Clock::time_point now) { return recent_.in_last_minute(now); }
    Task<> close() { return rows_.close(); }

  private:
    Task<Result<>> write(HistoryStore::Calls calls);

    HistoryStore& history_;
    std::uint64_t total_ = 0, failed_ = 0, recorded_ = 0;
    std::function<void(std::size_t calls)> stored_;
    metrics::RecentCount recent_;
    CallNameBook names_;
    RowBatch<CallRow> rows_;
};

}  // namespace mcpm::observe
