// Resource limits that came with the terminal or unit we were started from. Soft ones are raised to their
// hard ones for keeper and agent, which hold descriptors and files of every server; children get back what
// was there.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mcpm::keeper {

/// Plain bytes: handed over when the keeper re-executes itself, so `resources` may only grow at its end.
struct InheritedLimits {
    static constexpr std::size_t most = 8;
    /// The soft limit, plus one; 0: leave it (a place not used, or a limit that was none).
    std::uint64_t soft_plus_one[most] = {};
};

/// RLIMIT_* of each place, -1 behind the last.
extern const int raised_resources[InheritedLimits::most + 1];

/// Raises what can be raised, and says what was before.
InheritedLimits raise_soft_limits();

}  // namespace mcpm::keeper
