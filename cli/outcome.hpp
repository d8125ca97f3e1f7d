// What a command ends with.
#pragma once

#include "common/error.hpp"
#include "common/exit_status.hpp"

namespace mcpm::cli {

/// A status (the command's output is out already), or an error that is still to be said.
using Outcome = Result<ExitStatus>;

}  // namespace mcpm::cli
