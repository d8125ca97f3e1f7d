// What this process uses of the machine, as the kernel says it now.
#pragma once

#include <cstdint>

namespace mcpm {

struct OwnUse {
    std::uint64_t virtual_bytes = 0, resident_bytes = 0;
    double cpu_seconds = 0;  // user and system, since it began
};

OwnUse own_use();

}  // namespace mcpm
