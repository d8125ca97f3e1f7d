// Lines of a man page, none longer than readers of the source like (mandoc's lint asks for 80). Pure.
#pragma once

#include <string>
#include <string_view>

namespace mcpm::cli {

/// Text is broken at blanks; macros, and what stands between .nf and .fi, stay as they are.
std::string with_short_lines(std::string_view page);

}  // namespace mcpm::cli
