// Sends work that may block away from the loop thread and awaits its result. Threads start when first
// needed and end with the object. The work must own everything it touches: it runs on another thread,
// and it runs to its end even when the awaiting task is cancelled.
#pragma once

#include "agent/async/task.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
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

/// Runs `work()` on a worker and resumes with its value on the loop thread. What it throws is rethrown.
template <typename Work>
auto offload(Workers& workers, Work work) -> Task<std::invoke_result_t<Work>> {
    using Value = std::invoke_result_t<Work>;
    static_assert(!std::is_void_v<Value>, "return something, a Result<> for instance");
    struct Outcome {
        std::exception_ptr thrown;
        std::optional<Value> value;
    };
    const auto outcome = std::make_shared<Outcome>();
    // Named before it is awaited: g++ 12 destroys a capturing temporary of a co_await expression twice.
    auto initiation = [&workers, &outcome, &work](auto handler) {
        auto executor = asio::get_associated_executor(handler);
        auto guard = asio::make_work_guard(executor);
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        workers.run([outcome, work = std::move(work), shared, guard = std::move(guard), executor]() mutable {
            try {
                outcome->value.emplace(work());
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
