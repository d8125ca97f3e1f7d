// Messages on their way to one who watches. Bounded by those who fill it: they wait while it is full.
#pragma once

#include "agent/async/notifier.hpp"

#include <cstddef>
#include <deque>
#include <string>
#include <utility>

namespace mcpm::live {

class Outbox {
  public:
    Outbox(Loop& loop, std::size_t limit) : limit_(limit), filled_(loop), drained_(loop) {}

    void push(std::string text) {
        if (is_closed_) return;
        bytes_ += text.size();
        texts_.push_back(std::move(text));
        filled_.notify_all();
    }
    bool is_empty() const { return texts_.empty(); }
    std::string take() {
        auto text = std::move(texts_.front());
        texts_.pop_front();
        bytes_ -= text.size();
        drained_.notify_all();
        return text;
    }

    /// Nobody takes anything any more.
    void close() {
        is_closed_ = true;
        texts_.clear();
        bytes_ = 0;
        drained_.notify_all();
    }
    bool is_closed() const { return is_closed_; }

    /// There is something else to be told.
    void wake() { filled_.notify_all(); }
    /// Until wake() or push(), or `limit`.
    Task<bool> wait_for(Clock::duration limit) { return filled_.wait_for(limit); }
    /// Until there is room.
    Task<> wait_for_room() {
        while (bytes_ > limit_ && !is_closed_) co_await drained_.wait();
    }

  private:
    std::size_t limit_;
    std::size_t bytes_ = 0;
    std::deque<std::string> texts_;
    Notifier filled_, drained_;
    bool is_closed_ = false;
};

}  // namespace mcpm::live
