// A JobRunner for tests: posix_spawn on a worker, files for output, poll for the time limit.
#pragma once

#include "agent/async/offload.hpp"
#include "agent/packages/job.hpp"

namespace mcpm::test {

JobRunner job_runner(Workers& workers);

}  // namespace mcpm::test
