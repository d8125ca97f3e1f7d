// Part of the root: moves the pin of an image to what its name means now.
#pragma once

#include "agent/api/agent_control.hpp"
#include "agent/engine/engine.hpp"

namespace mcpm {

/// check: what the registry has under that name, or, with a note that says why, what the engine has. perform:
/// pulled first, unless the definition forbids it. The server comes from an image.
Task<Result<api::UpgradeOutcome>> upgrade_image(engine::Engine& engine, ServerView server,
                                                api::AgentControl::Upgrade what, std::string version);

}  // namespace mcpm
