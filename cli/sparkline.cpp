#include "cli/sparkline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace mcpm::cli {

namespace {

constexpr std::array<std::string_view, 8> bars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

std::string_view bar_of(double value, double most) {
    if (most <= 0) return bars.front();
    const double share = std::clamp(value / most, 0.0, 1.0);
    const auto at = static_cast<std::size_t>(std::ceil(share * static_cast<double>(bars.size())));
    return bars.at(at == 0 ? 0 : at - 1);
}

}  // namespace

std::string sparkline(const std::vector<std::optional<double>>& values, std::size_t columns, double most) {
    const std::size_t width = std::min(columns, values.size());
    if (most <= 0) {
        for (const auto& value : values) most = std::max(most, value.value_or(0));
    }
    std::string line;
    for (std::size_t column = 0; column < width; ++column) {
        std::optional<double> largest;
        const std::size_t end = (column + 1) * values.size() / width;
        for (std::size_t at = column * values.size() / width; at < end; ++at) {
            if (values[at]) largest = std::max(largest.value_or(0), *values[at]);
        }
        line += largest ? bar_of(*largest, most) : std::string_view(" ");
    }
    return line;
}

}  // namespace mcpm::cli
