// A program that shows something to the person at this machine (notify-send), run with what it needs to find
// the desktop.
#pragma once

#include "agent/async/offload.hpp"
#include "agent/async/task.hpp"
#include "agent/runtime/keeper_link.hpp"
#include "common/error.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mcpm {

/// unavailable when it fails. At most ten seconds.
Task<Result<>> show_on_desktop(Loop& loop, KeeperLink& keeper, std::string program,
                               std::vector<std::string> arguments);

/// Where notify-send is on the agent's PATH; empty when there is none.
Task<std::string> find_desktop_program(Workers& workers);

/// Runs `program` with the arguments that a notice gives it; null when `program` is empty.
std::function<Task<Result<>>(std::vector<std::string> arguments)> desktop_notices(Loop& loop,
                                                                                  KeeperLink& keeper,
                                                                                  std::string program);

}  // namespace mcpm
