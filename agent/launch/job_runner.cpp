#include "agent/launch/job_runner.hpp"

#include "agent/async/notifier.hpp"
#include "agent/async/task_group.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>
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

Task<> collect(Descriptor pipe, std::shared_ptr<Collected> collected, std::size_t limit, Keep keep) {
    std::string buffer(32U << 10U, '\0');
    auto& text = collected->text;
    for (;;) {
        const auto [error, size] = co_await pipe.async_read_some(asio::buffer(buffer));
        if (error) co_return;
        if (keep == Keep::end) {
            text.append(buffer, 0, size);
            if (text.size() > limit) text.erase(0, text.size() - limit);
        } else {
            const std::size_t room = limit - text.size();
            collected->is_cut = collected->is_cut || size > room;
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

/// What it writes, until its pipes end or are given up.
struct Hearing {
    Hearing(Loop& loop, const Job& job, UniqueFd out, UniqueFd err) : readers(loop) {
        readers.spawn("output",
                      collect(Descriptor(loop, out.release()), output, job.output_limit, Keep::beginning));
        readers.spawn("errors", collect(Descriptor(loop, err.release()), errors, job.error_limit, Keep::end));
    }
    /// What it said last is in the pipes; a grandchild that keeps them open must not keep us.
    Task<> end() {
        using namespace asio::experimental::awaitable_operators;
        co_await (readers.drain() || sleep_for(std::chrono::seconds(2)));
        readers.cancel_all();
        co_await readers.drain();
    }
    JobOutcome outcome(const Exit& exit) {
        return {exit, std::move(output->text), std::move(errors->text), output->is_cut};
    }

    // A job that is given up ends before those who read of it.
    std::shared_ptr<Collected> output = std::make_shared<Collected>();
    std::shared_ptr<Collected> errors = std::make_shared<Collected>();
    TaskGroup readers;
};

Error ran_too_long(const std::string& program, Duration limit) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit).count();
    return Error{ErrorCode::timed_out,
                 "run " + program + ": did not end within " + std::to_string(seconds) + " s"};
}

/// Less than a pipe holds, and an empty one: all of it or, when it has ended already, nothing.
void give_input(const UniqueFd& pipe, const Job& job) {
    if (!job.input.empty())
        (void)!::write(pipe.get(), job.input.data(), std::min(job.input.size(), most_input));
}

Task<Exit> exit_of(Instance& instance) {
    co_return co_await instance.wait();
}

/// Numbers of such runs, which are no server's: never used twice on a machine that runs.
std::uint64_t next_job() {
    static std::uint64_t last = 0;
    const auto now = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
    last = std::max(last + 1, now / 1000);
    return last;
}

struct EndInstance {
    explicit EndInstance(Instance& instance_) : instance(instance_) {}
    EndInstance(const EndInstance&) = delete;
    EndInstance& operator=(const EndInstance&) = delete;
    ~EndInstance() {
        if (!has_ended) instance.kill();
    }
    Instance& instance;
    bool has_ended = false;
};

}  // namespace

Task<Result<JobOutcome>> run_whole_job(Loop& loop, Runtime& processes, Job job) {
    using namespace asio::experimental::awaitable_operators;
    constexpr std::chrono::seconds sweep_limit{10};
    LaunchPlan plan;
    plan.server_id = "job";
    plan.run = next_job();
    ProgramPlan program{job.program, {job.program}, job.environment, job.cwd, {}};
    program.arguments.insert(program.arguments.end(), job.arguments.begin(), job.arguments.end());
    plan.what = std::move(program);
    auto launched = co_await processes.launch(std::move(plan));
    if (!launched) co_return launched.error();
    const auto instance = std::move(*launched);
    EndInstance end(*instance);
    auto& pipes = instance->pipes();
    give_input(pipes.input, job);
    pipes.input.reset();
    instance->close_input();
    Hearing hearing(loop, job, std::move(pipes.output), std::move(pipes.error_output));
    auto ended = co_await (exit_of(*instance) || sleep_for(job.time_limit));
    const bool timed_out = ended.index() == 1;
    instance->kill();
    const Exit exit = timed_out ? co_await instance->wait() : std::get<0>(ended);
    const auto swept = co_await instance->sweep(sweep_limit);
    end.has_ended = true;
    co_await hearing.end();
    if (!swept) co_return swept.error();
    if (timed_out) co_return ran_too_long(job.program, job.time_limit);
    co_return hearing.outcome(exit);
}

Task<Result<JobOutcome>> run_job(Loop& loop, KeeperLink& keeper, Job job) {
    using namespace asio::experimental::awaitable_operators;
    const std::string program = job.program;
    SpawnRequest request = request_of(job);
    auto child = co_await keeper.spawn(std::move(request));
    if (!child) co_return child.error();
    const std::uint64_t handle = child->handle;
    if (job.began) job.began(child->pid);
    EndJob end(keeper, handle);
    auto& pipes = child->descriptors;
    give_input(pipes.input, job);
    pipes.input.reset();
    keeper.close_input(handle);
    Hearing hearing(loop, job, std::move(pipes.output), std::move(pipes.error_output));
    auto ended = co_await (exit_of(keeper, handle) || sleep_for(job.time_limit));
    const bool timed_out = ended.index() == 1;
    keeper.signal(handle, SIGKILL, SignalScope::group);
    const Exit exit = timed_out ? co_await keeper.wait_exit(handle) : std::get<0>(ended);
    keeper.release(handle);
    end.has_ended = true;
    co_await hearing.end();
    if (timed_out) co_return ran_too_long(program, job.time_limit);
    co_return hearing.outcome(exit);
}

}  // namespace mcpm
