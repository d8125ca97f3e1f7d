// What a change does to a file, as `diff -u` shows it, with what looks secret as "***". Pure.
#pragma once

#include <string>
#include <string_view>

namespace mcpm::cli {

/// Empty when both are the same. Long stretches that differ are shown whole, without a search for what is
/// common in them.
std::string text_diff(std::string_view before, std::string_view after);

}  // namespace mcpm::cli
