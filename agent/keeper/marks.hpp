// What an event of the keeper's loop belongs to: a child's handle (handles start at 1 and never get this
// high), or one of these.
#pragma once

#include <cstdint>

namespace mcpm::keeper {

inline constexpr std::uint64_t mark_signals = ~std::uint64_t{0};
inline constexpr std::uint64_t mark_channel = mark_signals - 1;
inline constexpr std::uint64_t mark_agent = mark_signals - 2;

}  // namespace mcpm::keeper
