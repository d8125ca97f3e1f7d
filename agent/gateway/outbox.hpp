// Messages on their way to one reader, in order: the stream of a POST, a session's GET stream, or all that
// goes to a client on stdio. Bounded: notices are dropped first and counted, then the whole queue is given
// up. May keep what was read for a reader that comes back (Last-Event-ID, Streamable HTTP of 2025-03-26 to
// 2025-11-25). Knows no HTTP.
#pragma once

#include "agent/async/notifier.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace mcpm::gateway {

class Outbox {
  public:
    enum class Weight { answer, notice };
    enum class Keep { nothing, what_was_read };
    static constexpr std::size_t notices_limit = 1u << 20;  // bytes waiting above which notices are dropped
    static constexpr std::size_t waiting_limit = 64u
                                                 << 20;   // bytes waiting above which the reader is given up
    static constexpr std::size_t kept_limit = 64u << 10;  // bytes kept after they were read
    struct Item {
        std::uint64_t number = 0;  // from 1
        std::string text;
    };

    Outbox(Loop& loop, Keep keep) : keep_(keep), changed_(loop) {}

    void push(std::string message, Weight weight);
    /// Nothing more will come; what waits is still read.
    void finish();
    /// The reader is too slow or gone for good: everything is dropped.
    void give_up();

    const Item* next() const { return next_ < items_.size() ? &items_[next_] : nullptr; }
    void advance();
    /// Takes the next item out, for a reader that never comes back for it.
    std::string take();
    bool is_finished() const { return finished_; }
    std::uint64_t last_number() const { return last_number_; }
    std::uint64_t dropped() const { return dropped_; }

    /// A reader that comes, or comes again. Its number tells it apart from earlier readers, which see by
    /// is_reader() that they are replaced.
    std::uint64_t attach() { return ++reader_; }
    bool is_reader(std::uint64_t reader) const { return reader == reader_; }
    /// The reader goes on behind item `after`. False when that item is no longer known, or never was.
    bool rewind(std::uint64_t after);
    void wake() { changed_.notify_all(); }

    /// Until something changed.
    Task<> wait() { return changed_.wait(); }
    /// Until something changed, at most `limit`; false when nothing did.
    Task<bool> wait_for(Clock::duration limit) { return changed_.wait_for(limit); }

  private:
    void trim();

    Keep keep_;
    Notifier changed_;
    std::deque<Item> items_;
    std::size_t next_ = 0;  // index of the first unread item
    std::size_t waiting_bytes_ = 0, kept_bytes_ = 0;
    std::uint64_t last_number_ = 0, reader_ = 0, dropped_ = 0;
    bool finished_ = false;
};

}  // namespace mcpm::gateway
