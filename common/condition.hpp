// How something that is looked at is: a part of the agent, or the whole.
#pragma once

#include "common/named_values.hpp"

#include <array>

namespace mcpm {

/// idle: not there, and nothing needs it.
enum class Condition { healthy, degraded, unhealthy, idle };

template <>
struct EnumNames<Condition> {
    static constexpr std::array<NamedValue<Condition>, 4> all{{{Condition::healthy, "healthy"},
                                                               {Condition::degraded, "degraded"},
                                                               {Condition::unhealthy, "unhealthy"},
                                                               {Condition::idle, "idle"}}};
};

}  // namespace mcpm
