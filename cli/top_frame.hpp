// `mcpm top` as lines of text: a function of what is to be shown and of the terminal's size. Pure.
#pragma once

#include "cli/table.hpp"
#include "cli/top_state.hpp"
#include "common/server_spec.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

/// As many lines as the terminal has, none wider than it is.
std::vector<std::string> top_frame(const TopState& state, TopSize size, Timestamp now, Paint paint);

}  // namespace mcpm::cli
