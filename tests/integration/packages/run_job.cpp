#include "tests/integration/packages/run_job.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

namespace mcpm::test {

namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> list;
    for (auto& text : texts) list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

pid_t start(const Job& job, int output, int error_output) {
    std::vector<std::string> arguments{job.program};
    arguments.insert(arguments.end(), job.arguments.begin(), job.arguments.end());
    std::vector<std::string> environment;
    for (const auto& [name, value] : job.environment) environment.push_back(name + "=" + value);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_adddup2(&actions, error_output, 2);
    posix_spawn_file_actions_addchdir_np(&actions, job.cwd.c_str());
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    pid_t pid = -1;
    const int failed = ::posix_spawn(&pid, job.program.c_str(), &actions, &attributes,
                                     pointers(arguments).data(), pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failed == 0 ? pid : -1;
}

/// Reads both until they end; false when the limit passed first.
bool collect(int output, int error_output, JobOutcome& outcome, Duration limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    pollfd sources[2] = {{output, POLLIN, 0}, {error_output, POLLIN, 0}};
    while (sources[0].fd >= 0 || sources[1].fd >= 0) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0) return false;
        if (::poll(sources, 2, static_cast<int>(left.count())) <= 0) continue;
        for (auto& source : sources) {
            if (source.fd < 0 || source.revents == 0) continue;
            char block[4096];
            const auto count = ::read(source.fd, block, sizeof block);
            auto& text = &source == sources ? outcome.output : outcome.error_tail;
            if (count > 0) text.append(block, static_cast<std::size_t>(count));
            if (count <= 0) source.fd = -1;
        }
    }
    return true;
}

Result<JobOutcome> run(const Job& job) {
    int output[2];
    int error_output[2];
    if (::pipe2(output, O_CLOEXEC) != 0 || ::pipe2(error_output, O_CLOEXEC) != 0) return Error{};
    const pid_t pid = start(job, output[1], error_output[1]);
    ::close(output[1]);
    ::close(error_output[1]);
    JobOutcome outcome;
    const bool in_time = pid > 0 && collect(output[0], error_output[0], outcome, job.time_limit);
    ::close(output[0]);
    ::close(error_output[0]);
    if (pid <= 0) return Error{ErrorCode::cannot_launch, "run " + job.program + ": it can't be executed"};
    if (!in_time) ::kill(-pid, SIGKILL);
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (!in_time) return Error{ErrorCode::timed_out, "run " + job.program + ": not done in time"};
    if (WIFEXITED(status)) outcome.exit.code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) outcome.exit.signal = WTERMSIG(status);
    return outcome;
}

Task<Result<JobOutcome>> run_on(Workers* workers, Job job) {
    auto work = [job = std::move(job)] { return run(job); };
    co_return co_await offload(*workers, std::move(work));
}

}  // namespace

JobRunner job_runner(Workers& workers) {
    return [&workers](Job job) { return run_on(&workers, std::move(job)); };
}

}  // namespace mcpm::test
