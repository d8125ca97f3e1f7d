// Who must be started before whom, by name. Pure. A name nobody has is skipped here: whether that is an
// error is decided when the server starts.
#pragma once

#include "common/dependency_cycle.hpp"

#include <string>
#include <vector>

namespace mcpm {

/// Indices into `nodes`: those that are needed come before those that need them; otherwise the given order.
/// Members of a cycle come last, in the given order.
std::vector<std::size_t> start_order(const std::vector<DependencyNode>& nodes);

/// Names of all that need `name`, directly or not.
std::vector<std::string> dependants_of(const std::vector<DependencyNode>& nodes, const std::string& name);

}  // namespace mcpm
