// Examples of the commands about AI clients and what they bring along.
#pragma once

#include "cli/command_examples.hpp"

namespace mcpm::cli {

/// As examples_of, of those commands alone.
std::span<const Example> client_examples(std::string_view command);

}  // namespace mcpm::cli
