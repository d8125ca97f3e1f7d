// A bounded ring of items with growing sequence numbers. Readers pull with a cursor and learn how many
// items they missed; they never hold the writer back. One loop thread.
#pragma once

#include "agent/async/notifier.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace mcpm {

template <typename T>
class Feed {
  public:
    struct Batch {
        std::vector<T> items;
        std::uint64_t missed = 0;  // items that were dropped before this reader came
        std::uint64_t next = 0;    // the cursor for the next call
    };

    Feed(Loop& loop, std::size_t capacity) : capacity_(capacity), grown_(loop) {}

    void push(T item) {
        if (ring_.size() == capacity_) {
            ring_.pop_front();
            ++first_;
        }
        ring_.push_back(std::move(item));
        grown_.notify_all();
    }

    /// The cursor of the next item to be pushed.
    std::uint64_t end() const { return first_ + ring_.size(); }

    /// At most `limit` items from `cursor` on, without waiting.
    Batch read(std::uint64_t cursor, std::size_t limit) const {
        Batch batch;
        if (cursor < first_) {
            batch.missed = first_ - cursor;
            cursor = first_;
        }
        while (cursor < end() && batch.items.size() < limit) {
            batch.items.push_back(ring_[static_cast<std::size_t>(cursor - first_)]);
            ++cursor;
        }
        batch.next = cursor;
        return batch;
    }

    /// Resumes when there is something at or after `cursor`.
    Task<> wait(std::uint64_t cursor) {
        while (cursor >= end()) co_await grown_.wait();
    }

  private:
    std::size_t capacity_;
    std::uint64_t first_ = 0;
    std::deque<T> ring_;
    Notifier grown_;
};

}  // namespace mcpm
