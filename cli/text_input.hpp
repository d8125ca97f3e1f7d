// A whole file of text, or standard input, that goes to the agent within JSON.
#pragma once

#include "common/error.hpp"

#include <cstddef>
#include <string>

namespace mcpm::cli {

/// As read_input; what is not UTF-8 is a validation_error that names the file.
Result<std::string> read_text_input(const std::string& file, std::size_t limit);

}  // namespace mcpm::cli
