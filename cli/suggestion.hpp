// "Did you mean …?" as a hint of its own line; what is near enough is decided in common/suggest.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

/// "did you mean 'list'?", or empty when nothing is near enough.
std::string did_you_mean(std::string_view typed, const std::vector<std::string>& known);

/// Suggests a command: one that stops or removes is suggested for a slip of itself alone, which begins as
/// it does.
std::string did_you_mean_command(std::string_view typed, const std::vector<std::string>& known);

}  // namespace mcpm::cli
