// Runs a short-lived child through the keeper (npm, for instance) and collects what it says, bounded.
// Whatever of it is left at the end or at its time limit is ended with it.
#pragma once

#include "agent/async/task.hpp"
#include "agent/packages/job.hpp"
#include "agent/runtime/keeper_link.hpp"
#include "common/error.hpp"

namespace mcpm {

Task<Result<JobOutcome>> run_job(Loop& loop, KeeperLink& keeper, Job job);

}  // namespace mcpm
