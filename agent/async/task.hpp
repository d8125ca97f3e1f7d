// The room async: tasks, waiting, work off the loop, and the agent's own log. It may include common alone. It
// never knows what it waits for.
//
// The one vocabulary of waiting: one loop thread, coroutines, and Asio types whose default token is
// `co_await`. Every I/O object here uses the loop's concrete executor (no type erasure on the hot path).
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace mcpm {

namespace asio = boost::asio;

using Loop = asio::io_context;
using Executor = Loop::executor_type;

template <typename T = void>
using Task = asio::awaitable<T, Executor>;

using UseTask = asio::use_awaitable_t<Executor>;
inline constexpr UseTask use_task{};

/// `co_await x.async_foo(use_outcome)` gives a tuple that starts with the error code instead of throwing.
using UseOutcome = asio::as_tuple_t<UseTask>;
inline constexpr UseOutcome use_outcome{};

using Clock = std::chrono::steady_clock;
using Timer =
    UseOutcome::as_default_on_t<asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>>;

/// A pipe end, pidfd or other pollable descriptor; closes what it owns.
using Descriptor = UseOutcome::as_default_on_t<asio::posix::basic_stream_descriptor<Executor>>;

}  // namespace mcpm
