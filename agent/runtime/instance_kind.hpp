// How whose instance it is (InstanceKind) is written where an agent after this one reads it: on a process and
// on a container.
#pragma once

#include "agent/runtime/runtime.hpp"
#include "common/named_values.hpp"

#include <array>

namespace mcpm {

template <>
struct EnumNames<InstanceKind> {
    static constexpr std::array<NamedValue<InstanceKind>, 2> all{
        {{InstanceKind::shared, "shared"}, {InstanceKind::own, "own"}}};
};

}  // namespace mcpm
