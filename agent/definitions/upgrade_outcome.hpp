// What is asked of the upgrade of a definition, and what it found and did.
#pragma once

#include "common/server_spec.hpp"

#include <optional>
#include <string>

namespace mcpm {

enum class Upgrade { check, perform };

/// `installed` is the spec with its new pin, when something was installed; who asked then saves it.
struct UpgradeOutcome {
    std::string current, available;
    std::string note = {};  // what a reader of `available` should know
    std::optional<ServerSpec> installed = {};
};

}  // namespace mcpm
