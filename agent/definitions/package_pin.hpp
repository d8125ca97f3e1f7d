// When a package must be installed (again): its definition has no pin (common/server_spec.hpp, settle_pin).
#pragma once

#include "common/server_spec.hpp"

namespace mcpm {

bool needs_package(const ServerSpec& spec);

}  // namespace mcpm
