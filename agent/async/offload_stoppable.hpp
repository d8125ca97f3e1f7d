// offload() for work that nobody needs once its asker has left: the work is told so, and ends early. Without
// it a long search would go on, and the end of the agent would wait for it.
#pragma once

#include "agent/async/offload.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/cancellation_type.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace mcpm {

/// Runs `work(std::stop_token)` on a worker. When the awaiting task is cancelled the token says so at once;
/// the task itself goes on when the work has ended.
template <typename Work>
auto offload_stoppable(Workers& workers, Work work) -> Task<std::invoke_result_t<Work, std::stop_token>> {
    using Value = std::invoke_result_t<Work, std::stop_token>;
    struct Outcome {
        std::stop_source stop;
        std::exception_ptr thrown;
        std::optional<Value> value;
    };
    const auto outcome = std::make_shared<Outcome>();
    // Named before it is awaited: g++ 12 destroys a capturing temporary of a co_await expression twice.
    auto initiation = [&workers, &outcome, &work](auto handler) {
        auto executor = asio::get_associated_executor(handler);
        auto guard = asio::make_work_guard(executor);
        if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected())
            slot.assign([outcome](asio::cancellation_type) { outcome->stop.request_stop(); });
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        workers.run([outcome, work = std::move(work), shared, guard = std::move(guard), executor]() mutable {
            try {
                outcome->value.emplace(work(outcome->stop.get_token()));
            } catch (...) {
                outcome->thrown = std::current_exception();
            }
            asio::post(executor, [shared = std::move(shared)]() mutable { std::move (*shared)(); });
            guard.reset();
        });
    };
    UseTask token;
    co_await asio::async_initiate<UseTask, void()>(initiation, token);
    if (outcome->thrown) std::rethrow_exception(outcome->thrown);
    co_return std::move(*outcome->value);
}

}  // namespace mcpm
