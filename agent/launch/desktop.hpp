// A program that shows something to the person at this machine (notify-send), run with what it needs to find
// the desktop.
#pragma once

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

/// Runs notify-send, as the PATH has it now, with the arguments it is given; null when there is none.
std::function<Task<Result<>>(std::vector<std::string> arguments)> desktop_notices(Loop& loop,
                                                                                  KeeperLink& keeper);

}  // namespace mcpm
