// The program that shows long output a screen at a time: MCPM_PAGER, else PAGER, else less. Words are divided
// at blanks; no shell is asked. `cat` or an empty MCPM_PAGER means none.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::cli {

/// The pager's words; empty for none.
std::vector<std::string> pager_words(const char* own, const char* usual);

/// Starts it in front of `terminal`. Its pid and the descriptor to write to; {-1, -1} when there is none.
std::pair<int, int> open_pager(int terminal);

}  // namespace mcpm::cli
