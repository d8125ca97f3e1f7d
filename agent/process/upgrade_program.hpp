// Part of the root: which program an upgrade of the agent goes to, and that it is one.
#pragma once

#include "agent/async/task.hpp"
#include "agent/runtime/keeper_link.hpp"
#include "common/error.hpp"

#include <string>

namespace mcpm {

/// The absolute path of the program to upgrade to: `asked`, or when that is empty the file this agent was
/// started from. validation_error unless it is an executable file that says it is mcpmd when asked for its
/// version (given 5 s for that).
Task<Result<std::string>> program_for_upgrade(Loop& loop, KeeperLink& keeper, std::string asked);

}  // namespace mcpm
