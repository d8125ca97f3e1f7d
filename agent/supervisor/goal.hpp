// The names of what a server is waited for, as who waits writes them.
#pragma once

#include "agent/supervisor/supervisor.hpp"
#include "common/named_values.hpp"

#include <array>

namespace mcpm {

template <>
struct EnumNames<Supervisor::Goal> {
    static constexpr std::array<NamedValue<Supervisor::Goal>, 3> all{
        {{Supervisor::Goal::running, "running"},
         {Supervisor::Goal::healthy, "healthy"},
         {Supervisor::Goal::stopped, "stopped"}}};
};

}  // namespace mcpm
