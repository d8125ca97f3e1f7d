// Moves the pin of an image to what its name means now.
#pragma once

#include "agent/definitions/upgrade_outcome.hpp"
#include "agent/engine/engine.hpp"
#include "common/server_status.hpp"

namespace mcpm {

/// check: what the registry has under that name, or, with a note that says why, what the engine has. perform:
/// pulled first, unless the definition forbids it. The server comes from an image.
Task<Result<UpgradeOutcome>> upgrade_image(engine::Engine& engine, ServerView server, Upgrade what,
                                           std::string version);

}  // namespace mcpm
