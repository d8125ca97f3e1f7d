// When a package must be installed again. A pin is the agent's word: what a client sends as one is never
// used.
#pragma once

#include "common/server_spec.hpp"

#include <optional>

namespace mcpm::api {

/// Takes `before`'s pin over into `after` when both ask for the same package, version and program; else
/// `after` has none. `before` may be null (a new server).
void settle_pin(const ServerSpec* before, ServerSpec& after);

bool needs_package(const ServerSpec& spec);

}  // namespace mcpm::api
