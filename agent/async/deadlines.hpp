// Many time limits on one timer. Setting one costs a few pointers, not a timer, so a request may have several
// that hardly ever pass. One Deadlines for limits of about the same length: each time its timer rings, all
// that are set are looked at. Whoever has a Deadline may go at any time; it leaves its list then.
#pragma once

#include "agent/async/task.hpp"

#include <boost/intrusive/list.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

namespace mcpm {

namespace detail {
using DeadlineHook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
}

/// One limit of `owner`, which outlives it. Not set at first.
template <typename Owner>
class Deadline : public detail::DeadlineHook {
  public:
    explicit Deadline(Owner& owner) : owner_(owner) {}
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    ~Deadline() = default;

    bool is_set() const { return is_linked(); }
    void clear() { unlink(); }

  private:
    template <typename>
    friend class Deadlines;
    Owner& owner_;
    Clock::time_point end_{};
};

template <typename Owner>
class Deadlines {
  public:
    /// `passed` is called on the loop, never from within set(); the deadline is not set any more then.
    Deadlines(Loop& loop, std::function<void(Owner&)> passed)
        : state_(std::make_shared<State>(loop, std::move(passed))) {}

    void set(Deadline<Owner>& deadline, Clock::time_point end) {
        deadline.unlink();
        deadline.end_ = end;
        state_->all.push_back(deadline);
        if (end < state_->rings_at) ring_at(state_, end);
    }

  private:
    using List = boost::intrusive::list<Deadline<Owner>, boost::intrusive::constant_time_size<false>>;
    struct State {
        State(Loop& loop, std::function<void(Owner&)> passed_) : timer(loop), passed(std::move(passed_)) {}
        ~State() { all.clear(); }
        State(const State&) = delete;
        State& operator=(const State&) = delete;
        Timer timer;
        std::function<void(Owner&)> passed;
        List all;
        Clock::time_point rings_at = Clock::time_point::max();
    };

    static void ring_at(const std::shared_ptr<State>& state, Clock::time_point time) {
        state->rings_at = time;
        state->timer.expires_at(time);
        state->timer.async_wait([weak = std::weak_ptr(state)](const boost::system::error_code& error) {
            const auto self = weak.lock();
            if (!error && self) ring(self);
        });
    }

    static void ring(const std::shared_ptr<State>& state) {
        const auto now = Clock::now();
        List passed;
        auto next = Clock::time_point::max();
        for (auto at = state->all.begin(); at != state->all.end();) {
            Deadline<Owner>& deadline = *at++;
            if (deadline.end_ > now) {
                next = std::min(next, deadline.end_);
                continue;
            }
            deadline.unlink();
            passed.push_back(deadline);
        }
        state->rings_at = Clock::time_point::max();
        if (next != Clock::time_point::max()) ring_at(state, next);
        while (!passed.empty()) {
            Deadline<Owner>& deadline = passed.front();
            deadline.unlink();
            state->passed(deadline.owner_);
        }
    }

    std::shared_ptr<State> state_;
};

}  // namespace mcpm
