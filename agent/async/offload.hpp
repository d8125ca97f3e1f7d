// Sends work that may block away from the loop thread and awaits its result. Threads start when first
// needed and end with the object. The work must own everything it touches: it runs on another thread,
// and it runs to its end even when the awaiting task is cancelled.
#pragma once

#include "agent/async/task.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace mcpm {

/// A few threads with one bounded queue. The only place in the agent with a mutex.
class Workers {
  public:
    explicit Workers(std::size_t threads) : limit_(threads) {}
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    void run(std::function<void()> work);

  private:
    void work_loop();

    std::size_t limit_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> queue_;
    std::vector<std::thread> threads_;
    std::size_t idle_ = 0;
    bool stopping_ = false;
};

namespace detail {

/// What a work came to, shared by the worker and the task that waits.
template <typename Value>
struct WorkOutcome {
    std::stop_source stop{std::nostopstate};  // with a state only for work that can be told to stop
    std::exception_ptr thrown;
    std::optional<Value> value;
};

/// Runs `work(outcome)` on a worker; what it returns or throws is in the outcome when the task resumes. A
/// cancelled task asks the outcome's stop source, where it has one, and waits on.
template <typename Value, typename Work>
Task<> run_on(Workers& workers, std::shared_ptr<WorkOutcome<Value>> outcome, Work work) {
    auto initiation = [&workers, &outcome, &work](auto handler) {
        auto executor = asio::get_associated_executor(handler);
        auto guard = asio::make_work_guard(executor);
        if (auto slot = asio::get_associated_cancellation_slot(handler);
            slot.is_connected() && outcome->stop.stop_possible())
            slot.assign([outcome](asio::cancellation_type) { outcome->stop.request_stop(); });
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        workers.run([outcome, work = std::move(work), shared, guard = std::move(guard), executor]() mutable {
            try {
                auto mine = std::move(work);  // it ends here, before its asker goes on
                outcome->value.emplace(mine(*outcome));
            } catch (...) {
                outcome->thrown = std::current_exception();
            }
            // The outcome goes along: what the work left is destroyed where it is read, not here at the same
            // time.
            asio::post(executor, [outcome = std::move(outcome), shared = std::move(shared)]() mutable {
                outcome.reset();
                std::move (*shared)();
            });
            guard.reset();
        });
    };
    UseTask token;
    co_await asio::async_initiate<UseTask, void()>(initiation, token);
    if (outcome->thrown) std::rethrow_exception(outcome->thrown);
}

}  // namespace detail

/// Runs `work()` on a worker and resumes with its value on the loop thread. What it throws is rethrown.
template <typename Work>
auto offload(Workers& workers, Work work) -> Task<std::invoke_result_t<Work>> {
    using Value = std::invoke_result_t<Work>;
    static_assert(!std::is_void_v<Value>, "return something, a Result<> for instance");
    const auto outcome = std::make_shared<detail::WorkOutcome<Value>>();
    auto on_worker = [work = std::move(work)](detail::WorkOutcome<Value>&) mutable { return work(); };
    co_await detail::run_on<Value>(workers, outcome, std::move(on_worker));
    co_return std::move(*outcome->value);
}

/// For work that nobody needs once its asker has left: `work(std::stop_token)` is told so, and ends early.
/// When the awaiting task is cancelled the token says so at once; the task itself goes on when the work has
/// ended.
template <typename Work>
auto offload_stoppable(Workers& workers, Work work) -> Task<std::invoke_result_t<Work, std::stop_token>> {
    using Value = std::invoke_result_t<Work, std::stop_token>;
    const auto outcome = std::make_shared<detail::WorkOutcome<Value>>();
    outcome->stop = std::stop_source();
    auto on_worker = [work = std::move(work)](detail::WorkOutcome<Value>& told) mutable {
        return work(told.stop.get_token());
    };
    co_await detail::run_on<Value>(workers, outcome, std::move(on_worker));
    co_return std::move(*outcome->value);
}

}  // namespace mcpm
