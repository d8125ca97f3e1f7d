// Asks a docker credential helper (docker-credential-NAME) for a registry's credentials: a program of the
// PATH, run directly with the registry's name on its stdin. What it answers is a secret: it is returned and
// said nowhere.
#pragma once

#include "agent/async/offload.hpp"
#include "agent/async/task.hpp"
#include "agent/packages/job.hpp"
#include "common/error.hpp"

#include <map>
#include <string>

namespace mcpm {

/// For engine::Context::run_helper. not_found when no such program is on the PATH of `environment`.
Task<Result<std::string>> ask_credential_helper(Workers& workers, JobRunner run,
                                                std::map<std::string, std::string> environment,
                                                std::string program, std::string argument, std::string input);

}  // namespace mcpm
