// Packages that are put into the agent's folder by another process (`mcpm install --bundle`) belong to no
// definition yet: while it holds this lock, the agent takes no package away.
#pragma once

#include "common/error.hpp"
#include "common/unique_fd.hpp"

#include <filesystem>

namespace mcpm {

enum class IfHeld { wait, give_up };

/// Held until it is closed. wrong_state: another process holds it, and `give_up` was said.
Result<UniqueFd> take_arrival_lock(const std::filesystem::path& packages, IfHeld if_held);

}  // namespace mcpm
