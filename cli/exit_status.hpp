// What the shell is told, as systemctl and timeout have it; the one table ErrorCode -> exit status.
#pragma once

#include "common/error.hpp"

namespace mcpm::cli {

enum class ExitStatus : int {
    done = 0,
    failed = 1,
    wrong_usage = 2,
    wrong_state = 3,  // not running, not healthy, the tool reported an error
    not_found = 4,
    no_agent = 5,
    conflict = 6,
    timed_out = 124,
    interrupted = 130,  // given by the shell: an interrupted command dies of SIGINT
};

ExitStatus exit_status(ErrorCode code);

/// What a command ends with: a status (its output is out already), or an error that is still to be said.
using Outcome = Result<ExitStatus>;

}  // namespace mcpm::cli
