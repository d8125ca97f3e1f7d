// "Did you mean …?": the nearest of the words that exist, if any is near.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

/// "did you mean 'list'?", or empty when nothing is near enough.
std::string did_you_mean(std::string_view typed, const std::vector<std::string>& known);

}  // namespace mcpm::cli
