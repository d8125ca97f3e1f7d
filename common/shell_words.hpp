// Words as a shell reads them, for commands that are shown to be typed. Pure.
#pragma once

#include <string>
#include <string_view>

namespace mcpm {

/// The word itself where a shell reads it as one, else in single quotes.
std::string in_shell_words(std::string_view word);

}  // namespace mcpm
