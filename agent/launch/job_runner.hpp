// Runs a short-lived child (npm, for instance) and collects what it says, bounded. Its group is ended with
// it; of one that runs code of strangers everything is, as of a server that is stopped.
#pragma once

#include "agent/async/task.hpp"
#include "agent/packages/job.hpp"
#include "agent/runtime/keeper_link.hpp"
#include "agent/runtime/runtime.hpp"
#include "common/error.hpp"

namespace mcpm {

Task<Result<JobOutcome>> run_job(Loop& loop, KeeperLink& keeper, Job job);

/// With nothing of it left at the end, daemons that it forked included. `processes`: of servers that are
/// processes.
Task<Result<JobOutcome>> run_whole_job(Loop& loop, Runtime& processes, Job job);

}  // namespace mcpm
