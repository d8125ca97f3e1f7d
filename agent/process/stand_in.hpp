// An mcpmd that was started by socket activation while an agent lives. It may not be an agent too, and the
// path is its sockets' now: it hands them to the living agent, to each one after it, and stands for it before
// whoever activated it, until the agent's keeper ends.
#pragma once

#include "common/error.hpp"
#include "common/unique_fd.hpp"

#include <vector>

namespace mcpm {

/// Returns when the keeper has ended. not_found when the agent does not take the sockets within 10 s.
/// SIGTERM and SIGINT are passed on to the keeper.
Result<> stand_in_for(int keeper_pid, const std::vector<UniqueFd>& sockets);

}  // namespace mcpm
