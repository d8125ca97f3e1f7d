// A row of small bars for numbers over time. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mcpm::cli {

/// One column each, at most `columns`: several values share a column by their largest. From 0 to `most`, or
/// to the largest when `most` is 0; a gap is a space.
std::string sparkline(const std::vector<std::optional<double>>& values, std::size_t columns, double most = 0);

}  // namespace mcpm::cli
