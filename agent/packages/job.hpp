// A short-lived child and what came of it. How it is run is the caller's business (JobRunner): the agent's root runs
// it through the keeper, tests by posix_spawn.
#pragma once

#include "agent/async/task.hpp"
#include "common/error.hpp"
#include "common/server_status.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mcpm {

struct Job {
    std::string program;                   // absolute
    std::vector<std::string> arguments;    // argv[0] included
    std::vector<std::string> environment;  // "NAME=value", complete
    std::string cwd;                       // absolute
    Duration limit{60'000};                // then everything of it is killed
};

struct JobOutcome {
    Exit exit;
    bool timed_out = false;
    std::string output;      // the first 4 MiB of stdout
    std::string error_tail;  // the last 16 KiB of stderr
};

using JobRunner = std::function<Task<Result<JobOutcome>>(Job)>;

}  // namespace mcpm
