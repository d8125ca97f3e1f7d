// What must not be seen, on a command line or on a screen: asked for on a terminal without echo, or read from
// standard input.
#pragma once

#include "common/error.hpp"

#include <cstddef>
#include <string>

namespace mcpm::cli {

/// `prompt` is said on stderr when standard input is a terminal, and one line is read; otherwise all of
/// standard input, without one newline at its end. validation_error when it is longer than `limit`, empty, or
/// no UTF-8. Ctrl-C ends the program, with the terminal as it was.
Result<std::string> read_hidden(const std::string& prompt, std::size_t limit);

}  // namespace mcpm::cli
