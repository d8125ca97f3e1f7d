// What of a launch plan is a container's: the image it is of, what the engine is told, and where it is
// reached.
#pragma once

#include "agent/engine/plan.hpp"
#include "agent/runtime/runtime.hpp"

#include <optional>
#include <string>

namespace mcpm {

/// Which image a container is of; what the engine is told names none.
struct ImageChoice {
    std::string reference;
    std::optional<ImagePin> pin = {};  // what the reference meant before
    PullPolicy policy = PullPolicy::missing;
};

struct ContainerLaunch {
    ImageChoice image = {};
    engine::ContainerPlan container = {};
    /// Of one that speaks HTTP: a URL, or only its path when the rest is known while it runs. Else without
    /// URL.
    RemoteTarget endpoint = {};
};

}  // namespace mcpm
