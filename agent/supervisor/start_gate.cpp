#include "agent/supervisor/start_gate.hpp"

#include "agent/async/notifier.hpp"

#include <algorithm>
#include <utility>

namespace mcpm {

Task<StartGate::Pass> StartGate::enter() {
    if (free_ > 0) {
        --free_;
        co_return Pass(*this);
    }
    const auto executor = co_await asio::this_coro::executor;
    waiting_.emplace_back(executor);
    const Place place = std::prev(waiting_.end());
    try {
        while (!place->admitted) {
            co_await place->timer.async_wait();
            if (!place->admitted) co_await check_cancelled();
        }
    } catch (...) {
        abandon(place);
        throw;
    }
    waiting_.erase(place);
    co_return Pass(*this);
}

void StartGate::leave() {
    const auto next =
        std::find_if(waiting_.begin(), waiting_.end(), [](const Waiter& waiter) { return !waiter.admitted; });
    if (next == waiting_.end()) {
        ++free_;
        return;
    }
    next->admitted = true;
    next->timer.cancel();
}

void StartGate::abandon(Place place) {
    const bool had_place = place->admitted;
    waiting_.erase(place);
    if (had_place) leave();
}

}  // namespace mcpm
