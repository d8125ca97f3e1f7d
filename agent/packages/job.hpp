// A short-lived child: a package manager, a login shell. Who runs it is the root's choice (through the
// keeper).
#pragma once

#include "agent/async/task.hpp"
#include "common/error.hpp"
#include "common/server_status.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mcpm {

struct Job {
    std::string program;                                  // absolute path
    std::vector<std::string> arguments = {};              // without argv[0]
    std::map<std::string, std::string> environment = {};  // complete
    std::string cwd = "/";
    std::string input = {};  // on its stdin, at most 4 KiB; then the end of it
    Duration time_limit = std::chrono::seconds(60);
    std::size_t output_limit = 4U << 20U;  // bytes of stdout kept, from its beginning
    std::size_t error_limit = 64U << 10U;  // bytes of stderr kept, from its end
    std::function<void(int pid)> began = {};
};

struct JobOutcome {
    Exit exit = {};
    std::string output = {};
    std::string error_tail = {};
    bool is_cut = false;  // there was more output than the limit
};

/// Runs it in a process group of its own, and ends the whole group at the time
/// limit: `timed_out`. `cannot_launch` when it could not be executed. An exit code that is not 0 is an
/// outcome.
using JobRunner = std::function<Task<Result<JobOutcome>>(Job)>;

}  // namespace mcpm
