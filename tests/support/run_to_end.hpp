// Runs one coroutine on a loop until it has ended, and returns its value or rethrows.
#pragma once

#include "agent/async/task.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace mcpm::test {

template <typename T>
T run_to_end(Loop& loop, Task<T> task) {
    std::exception_ptr thrown;
    std::optional<std::conditional_t<std::is_void_v<T>, bool, T>> value;
    bool ended = false;
    if constexpr (std::is_void_v<T>) {
        asio::co_spawn(loop.get_executor(), std::move(task), [&](std::exception_ptr e) {
            thrown = e;
            ended = true;
        });
    } else {
        asio::co_spawn(loop.get_executor(), std::move(task), [&](std::exception_ptr e, T v) {
            thrown = e;
            if (!e) value.emplace(std::move(v));
            ended = true;
        });
    }
    loop.restart();
    while (!ended && loop.run_one() != 0) {
    }
    if (thrown) std::rethrow_exception(thrown);
    if (!ended) throw std::logic_error("the coroutine never ended and nothing is left to wait for");
    if constexpr (!std::is_void_v<T>) return std::move(*value);
}

}  // namespace mcpm::test
