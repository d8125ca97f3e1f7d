#include "agent/process/command_line.hpp"

#include "agent/launch/job_runner.hpp"
#include "common/own_program.hpp"

#include <unistd.h>

#include <string_view>
#include <utility>

namespace mcpm {

namespace {

/// What is said to one process alone, by systemd for instance, is not handed on.
bool is_own(std::string_view name) {
    return name == "NOTIFY_SOCKET" || name == "WATCHDOG_PID" || name == "WATCHDOG_USEC" ||
           name.starts_with("LISTEN_");
}

std::map<std::string, std::string> own_environment() {
    std::map<std::string, std::string> found;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals == std::string_view::npos || is_own(text.substr(0, equals))) continue;
        found.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    found["NO_COLOR"] = "1";
    return found;
}

/// Among those that are being asked, from the beginning of a child to its end.
struct Asked {
    explicit Asked(std::set<int>& all_) : all(all_) {}
    Asked(const Asked&) = delete;
    Asked& operator=(const Asked&) = delete;
    ~Asked() { all.erase(pid); }
    std::set<int>& all;
    int pid = -1;
};

}  // namespace

Task<Result<CommandLineAnswer>> CommandLine::ask(std::vector<std::string> words, Duration limit) {
    Asked asked(asked_);
    Job job;
    job.program = own_program();
    job.arguments = {"ctl"};
    job.arguments.insert(job.arguments.end(), words.begin(), words.end());
    job.environment = own_environment();
    job.time_limit = limit;
    job.began = [&asked](int pid) {
        asked.pid = pid;
        asked.all.insert(pid);
    };
    auto outcome = co_await run_job(loop_, keeper_, std::move(job));
    if (!outcome) co_return outcome.error();
    if (outcome->is_cut)
        co_return Error{ErrorCode::unavailable, "ask the command line: it said more than is read"};
    CommandLineAnswer answer;
    answer.status = outcome->exit.code.value_or(1);
    answer.output = std::move(outcome->output);
    answer.errors = std::move(outcome->error_tail);
    co_return answer;
}

}  // namespace mcpm
