// Profile <-> JSON: {"name", "description", "instructions", "servers": [{"server", "tools": {"allow": […],
// "deny": […]}}]}. Pure.
#pragma once

#include "common/profile.hpp"
#include "common/wire.hpp"

namespace mcpm::access {

wire::Json to_json(const Profile& profile);

/// validation_error names what is missing, unknown or of the wrong kind; then what validate() finds.
Result<Profile> profile_of(const wire::Json& json);

}  // namespace mcpm::access
