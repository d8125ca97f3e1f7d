// What the shell is told by mcpm, and by mcpmd where it works for mcpm, as systemctl and timeout have it; the
// one table ErrorCode -> exit status.
#pragma once

#include "common/error.hpp"

namespace mcpm {

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

}  // namespace mcpm
