// One sample for /metrics, of a room that the API does not know. Those of one name stand together.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::metrics {

class Histogram;

struct Figure {
    std::string name, help;
    bool is_counter = true;
    std::vector<std::pair<std::string, std::string>> labels = {};
    std::uint64_t value = 0;
};

/// A figure that is a histogram which somebody keeps, for as long as the answer is written.
struct HistogramFigure {
    std::string name, help;
    std::vector<std::pair<std::string, std::string>> labels = {};
    const Histogram* histogram = nullptr;
};

}  // namespace mcpm::metrics
