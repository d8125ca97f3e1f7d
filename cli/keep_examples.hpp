// Examples of the commands of the groups `keep` (templates, secrets, feedback, notices) and `agent`: a part
// of cli/command_examples.
#pragma once

#include "cli/command_examples.hpp"

#include <span>
#include <string_view>

namespace mcpm::cli {

/// Empty for another command.
std::span<const Example> keep_examples(std::string_view command);

}  // namespace mcpm::cli
