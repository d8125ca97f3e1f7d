// Secrets as files of a container, put there between its creation and its start: nothing of them is in what
// the engine shows or on a command line, and they go with the container, because the volume that holds them
// does.
#pragma once

#include "agent/async/task.hpp"
#include "agent/engine/engine.hpp"
#include "common/error.hpp"

#include <string>
#include <vector>

namespace mcpm {

/// /run/secrets/NAME, mode 0400, owned by `user` (as `docker run --user` writes one; empty: root). A user who
/// is a name must be in the image's /etc/passwd. Does nothing when there are none.
Task<Result<>> place_secrets(engine::Engine& engine, std::string container_id, std::string user,
                             std::vector<engine::SecretFile> secrets);

}  // namespace mcpm
