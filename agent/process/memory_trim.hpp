// Gives memory back that a burst has left: many servers that start at once need much of it for a moment, and
// the allocator keeps what lies below something that stays.
#pragma once

#include "agent/async/task.hpp"
#include "agent/supervisor/supervisor.hpp"

namespace mcpm {

/// Trims the heap (malloc_trim(3)) some seconds after something happened to servers; no work in the idle
/// state. Runs until it is cancelled.
Task<> trim_memory(Supervisor& supervisor);

}  // namespace mcpm
