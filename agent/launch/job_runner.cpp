#include "agent/launch/job_runner.hpp"

#include "agent/async/notifier.hpp"
#include "agent/async/task_group.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <utility>

namespace mcpm {

namespace {

constexpr std::size_t most_input = 4096;

struct Collected {
    std::string text;
    bool is_cut = false;
};

/// Reads to the end; keeps the beginning (of output) or the end (of errors) within the limit.
enum class Keep { beginning, end };

Task<> collect(Descriptor pipe, Collected& collected, std::size_t limit, Keep keep) {
    std::string buffer(32U << 10U, '\0');
    auto& text = collected.text;
    for (;;) {
        const auto [error, size] = co_await pipe.async_read_some(asio::buffer(buffer));
        if (error) co_return;
        if (keep == Keep::end) {
            text.append(buffer, 0, size);
            if (text.size() > limit) text.erase(0, text.size() - limit);
        } else {
            const std::size_t room = limit - text.size();
            collected.is_cut = collected.is_cut || size > room;
            text.append(buffer, 0, std::min(size, room));
        }
    }
}

Task<Exit> exit_of(KeeperLink& keeper, std::uint64_t handle) {
    co_return co_await keeper.wait_exit(handle);
}

SpawnRequest request_of(Job& job) {
    SpawnRequest request;
    request.tag = "job";
    request.arguments = {job.program};
    request.program = std::move(job.program);
    request.arguments.insert(request.arguments.end(), job.arguments.begin(), job.arguments.end());
    for (const auto& [name, value] : job.environment) request.environment.push_back(name + "=" + value);
    request.cwd = std::move(job.cwd);
    return request;
}

/// A job that is given up midway must not outlive who asked for it.
struct EndJob {
    EndJob(KeeperLink& keeper_, std::uint64_t handle_) : keeper(keeper_), handle(handle_) {}
    EndJob(const EndJob&) = delete;
    EndJob& operator=(const EndJob&) = delete;
    ~EndJob() {
        if (has_ended) return;
        keeper.signal(handle, SIGKILL, SignalScope::group);
        keeper.release(handle);
    }
    KeeperLink& keeper;
    std::uint64_t handle;
    bool has_ended = false;
};

}  // namespace

Task<Result<JobOutcome>> run_job(Loop& loop, KeeperLink& keeper, Job job) {
    using namespace asio::experimental::awaitable_operators;
    const std::string attempted = "run " + job.program;
    SpawnRequest request = request_of(job);
    auto child = co_await keeper.spawn(std::move(request));
    if (!child) co_return child.error();
    const std::uint64_t handle = child->handle;
    EndJob end(keeper, handle);
    auto& pipes = child->descriptors;
    // Less than a pipe holds, and an empty one: all of it or, when it has ended already, nothing.
    if (!job.input.empty() &&
        ::write(pipes.input.get(), job.input.data(), std::min(job.input.size(), most_input)) < 0)
        job.input.clear();
    pipes.input.reset();
    keeper.close_input(handle);

    Collected output, errors;
    TaskGroup readers(loop);
    readers.spawn("output", collect(Descriptor(loop, pipes.output.release()), output, job.output_limit,
                                    Keep::beginning));
    readers.spawn("errors", collect(Descriptor(loop, pipes.error_output.release()), errors, job.error_limit,
                                    Keep::end));
    auto ended = co_await (exit_of(keeper, handle) || sleep_for(job.time_limit));
    const bool timed_out = ended.index() == 1;
    keeper.signal(handle, SIGKILL, SignalScope::group);
    JobOutcome outcome;
    if (timed_out) {
        outcome.exit = co_await keeper.wait_exit(handle);
    } else {
        outcome.exit = std::get<0>(ended);
    }
    keeper.release(handle);
    end.has_ended = true;
    // What it said last is in the pipes; a grandchild that keeps them open must not keep us.
    co_await (readers.drain() || sleep_for(std::chrono::seconds(2)));
    readers.cancel_all();
    co_await readers.drain();
    outcome.output = std::move(output.text);
    outcome.is_cut = output.is_cut;
    outcome.error_tail = std::move(errors.text);
    if (timed_out) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(job.time_limit).count();
        co_return Error{ErrorCode::timed_out,
                        attempted + ": did not end within " + std::to_string(seconds) + " s"};
    }
    co_return outcome;
}

}  // namespace mcpm
