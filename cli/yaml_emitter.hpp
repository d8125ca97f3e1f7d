// JSON values as YAML 1.2 for `-o yaml`. Emits only; reading YAML is common/spec_file's.
#pragma once

#include "common/wire.hpp"

#include <string>

namespace mcpm::cli {

/// Block style, two spaces, ends with a newline. A string that could be read as something else is quoted.
std::string to_yaml(const wire::Json& json);

}  // namespace mcpm::cli
