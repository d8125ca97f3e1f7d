#include "agent/process/loop_lag.hpp"

#include "agent/async/notifier.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace mcpm {

namespace {

constexpr std::chrono::milliseconds interval{250};
constexpr std::chrono::minutes as_long{1};

}  // namespace

metrics::HistogramFigure LoopLag::figure() {
    until_ = Clock::now() + as_long;
    if (!std::exchange(ticks_, true)) tasks_.spawn("looking at the loop", tick());
    return {"mcpm_event_loop_lag_seconds",
            "how late the agent's loop was; looked at while somebody reads it, and a minute longer",
            {},
            &lags_};
}

Task<> LoopLag::tick() {
    while (Clock::now() < until_) {
        const auto due = Clock::now() + interval;
        co_await sleep_for(interval);
        const auto late = std::max(Clock::now() - due, Clock::duration::zero());
        lags_.add(std::chrono::duration_cast<std::chrono::microseconds>(late));
    }
    ticks_ = false;
}

Task<> LoopLag::close() {
    tasks_.cancel_all();
    co_await tasks_.drain();
}

}  // namespace mcpm
