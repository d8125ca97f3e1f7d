// Rows that are written together, behind what makes them: each waits for others, for so long and up to so
// many, and they go as one. Bounded: what cannot be written for too long is dropped, oldest first, and
// counted. Without rows: no timer.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/async/task_group.hpp"
#include "common/error.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mcpm {

struct BatchLimits {
    Clock::duration wait;  // a row's, for others
    std::size_t batch;     // so many are written without waiting
    std::size_t waiting;   // no more are kept
};

template <typename Row>
class RowBatch {
  public:
    using Rows = std::shared_ptr<const std::vector<Row>>;
    /// Fails when none of them was written.
    using Write = std::function<Task<Result<>>(Rows rows)>;

    /// `name`: what is done, for reports.
    RowBatch(Loop& loop, std::string name, BatchLimits limits, Write write, TaskGroup::Report report = {})
        : name_(std::move(name)),
          limits_(limits),
          write_(std::move(write)),
          full_(loop),
          tasks_(loop, std::move(report)) {}

    void add(Row row) {
        waiting_.push_back(std::move(row));
        keep_within_bounds();
        if (waiting_.size() == limits_.batch) full_.notify_all();
        if (!std::exchange(is_due_, true)) tasks_.spawn(name_, write_soon());
    }

    /// Returns when what was added before is written, or cannot be. What another caller is writing may still
    /// be on its way.
    Task<> write() {
        if (waiting_.empty()) co_return;
        const auto rows = std::make_shared<std::vector<Row>>(
            std::exchange(waiting_, std::exchange(spare_, std::vector<Row>())));
        const Result<> written = co_await write_(rows);
        if (!written) put_back(*rows);
        keep_memory(*rows, rows.use_count() == 1);
    }

    std::size_t waiting() const { return waiting_.size(); }
    /// Rows that were dropped.
    std::uint64_t lost() const { return lost_; }

    /// Writes what waits.
    Task<> close() {
        tasks_.cancel_all();
        co_await tasks_.drain();
        co_await write();
    }

  private:
    Task<> write_soon() {
        const auto seen = full_.count();
        if (waiting_.size() < limits_.batch) (void)co_await full_.wait_since(seen, limits_.wait);
        is_due_ = false;
        co_await write();
    }

    /// Before those that came meanwhile.
    void put_back(const std::vector<Row>& rows) {
        auto again = rows;
        again.insert(again.end(), std::make_move_iterator(waiting_.begin()),
                     std::make_move_iterator(waiting_.end()));
        waiting_ = std::move(again);
        keep_within_bounds();
    }

    /// While batches come full, the next ones are gathered in the memory of those that were written.
    void keep_memory(std::vector<Row>& rows, bool is_ours) {
        const bool is_busy = rows.size() >= limits_.batch;
        if (is_ours && is_busy) {
            rows.clear();
            spare_ = std::move(rows);
        }
        if (!is_busy && waiting_.empty()) waiting_.shrink_to_fit();
    }

    void keep_within_bounds() {
        if (waiting_.size() <= limits_.waiting) return;
        // A tenth at a time: not one by one while nothing can be written.
        const auto beyond = waiting_.size() - limits_.waiting + limits_.waiting / 10;
        lost_ += beyond;
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(beyond));
    }

    std::string name_;
    BatchLimits limits_;
    Write write_;
    std::vector<Row> waiting_;
    std::vector<Row> spare_;  // empty: memory only
    std::uint64_t lost_ = 0;
    bool is_due_ = false;
    Notifier full_;
    TaskGroup tasks_;
};

}  // namespace mcpm
