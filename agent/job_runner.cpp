#include "agent/job_runner.hpp"

#include "agent/async/notifier.hpp"
#include "agent/async/task_group.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <csignal>
#include <string>
#include <utility>

namespace mcpm {

namespace {

/// What a job says beyond this is read and thrown away; of its errors the end counts, of its output the beginning.
constexpr std::size_t output_limit = 4u << 20;
constexpr std::size_t error_tail_limit = 16u << 10;

Task<> read_beginning(Descriptor pipe, std::string& text) {
    std::string buffer(32u << 10, '\0');
    for (;;) {
        const auto [error, size] = co_await pipe.async_read_some(asio::buffer(buffer));
        if (error) co_return;
        text.append(buffer, 0, std::min(size, output_limit - text.size()));
    }
}

Task<> read_tail(Descriptor pipe, std::string& text) {
    std::string buffer(32u << 10, '\0');
    for (;;) {
        const auto [error, size] = co_await pipe.async_read_some(asio::buffer(buffer));
        if (error) co_return;
        text.append(buffer, 0, size);
        if (text.size() > error_tail_limit) text.erase(0, text.size() - error_tail_limit);
    }
}

Task<Exit> exit_of(KeeperLink& keeper, std::uint64_t handle) { co_return co_await keeper.wait_exit(handle); }

}  // namespace

Task<Result<JobOutcome>> run_job(KeeperLink& keeper, Job job) {
    using namespace asio::experimental::awaitable_operators;
    SpawnRequest request;
    request.tag = "job";
    request.program = std::move(job.program);
    request.arguments = std::move(job.arguments);
    request.environment = std::move(job.environment);
    request.cwd = std::move(job.cwd);
    auto child = co_await keeper.spawn(std::move(request));
    if (!child) co_return child.error();

    Loop& loop = static_cast<Loop&>((co_await asio::this_coro::executor).context());
    JobOutcome outcome;
    TaskGroup readers(loop);
    child->descriptors.input.reset();
    keeper.close_input(child->handle);
    readers.spawn("output", read_beginning(Descriptor(loop, child->descriptors.output.release()), outcome.output));
    readers.spawn("errors", read_tail(Descriptor(loop, child->descriptors.error_output.release()), outcome.error_tail));

    auto ended = co_await (exit_of(keeper, child->handle) || sleep_for(job.limit));
    outcome.timed_out = ended.index() == 1;
    keeper.signal(child->handle, SIGKILL, SignalScope::group);
    if (outcome.timed_out) {
        outcome.exit = co_await keeper.wait_exit(child->handle);
    } else {
        outcome.exit = std::get<0>(ended);
    }
    keeper.release(child->handle);
    // What it said last is in the pipes; a grandchild that keeps them open must not keep us.
    co_await (readers.drain() || sleep_for(std::chrono::seconds(2)));
    readers.cancel_all();
    co_await readers.drain();
    co_return outcome;
}

}  // namespace mcpm
