// Runs an operation with a time limit. When the limit passes first, the operation is cancelled and
// awaited to its end, so nothing it refers to is used afterwards.
#pragma once

#include "agent/async/task.hpp"
#include "common/error.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <string>
#include <utility>
#include <variant>

namespace mcpm {

namespace detail {
Task<> wait_until_passed(Timer& timer);
}

/// The operation's value, or `timed_out` with the message "ATTEMPTED: no answer within N ms".
template <typename T>
Task<Result<T>> with_deadline(Task<Result<T>> operation, Clock::duration limit, std::string attempted) {
    using namespace asio::experimental::awaitable_operators;
    Timer timer(co_await asio::this_coro::executor);
    timer.expires_after(limit);
    auto first = co_await (std::move(operation) || detail::wait_until_passed(timer));
    if (first.index() == 0) co_return std::move(std::get<0>(first));
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
    co_return Error{ErrorCode::timed_out,
                    attempted + ": no answer within " + std::to_string(milliseconds) + " ms"};
}

}  // namespace mcpm
