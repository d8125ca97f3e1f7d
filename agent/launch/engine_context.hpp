// What of this process's surroundings decides which container engine is ours and what we may pull.
#pragma once

#include "agent/async/offload.hpp"
#include "agent/engine/context.hpp"
#include "agent/runtime/keeper_link.hpp"

#include <string>

namespace mcpm {

/// Credential helpers are run by the keeper. All outlive it. `image_mirror`: of the configuration.
engine::Context engine_context(Loop& loop, Workers& workers, KeeperLink& keeper, std::string image_mirror);

}  // namespace mcpm
