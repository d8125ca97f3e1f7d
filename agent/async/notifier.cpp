#include "agent/async/notifier.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/system/system_error.hpp>

namespace mcpm {

Task<> check_cancelled() {
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
}

Task<> Notifier::wait() {
    co_await timer_.async_wait();
    co_await check_cancelled();
}

Task<bool> Notifier::wait_for(Clock::duration limit) {
    using namespace asio::experimental::awaitable_operators;
    const auto first = co_await (wait() || sleep_for(limit));
    co_return first.index() == 0;
}

Task<> Notifier::wait_since(std::uint64_t seen) {
    if (seen == count_) co_await wait();
}

Task<bool> Notifier::wait_since(std::uint64_t seen, Clock::duration limit) {
    if (seen != count_) co_return true;
    co_return co_await wait_for(limit);
}

void Notifier::notify_all() {
    ++count_;
    timer_.cancel();
}

Task<> sleep_for(Clock::duration time) {
    Timer timer(co_await asio::this_coro::executor);
    timer.expires_after(time);
    co_await timer.async_wait();
    co_await check_cancelled();
}

}  // namespace mcpm
