// One sample for /metrics, of a room that the API does not know. Those of one name stand together.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::metrics {

struct Figure {
    std::string name, help;
    bool is_counter = true;
    std::vector<std::pair<std::string, std::string>> labels = {};
    std::uint64_t value = 0;
};

}  // namespace mcpm::metrics
