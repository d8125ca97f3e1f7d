// Who must be started before whom, by name. Pure. A name nobody has is skipped here: whether that is an
// error is decided when the server starts.
#pragma once

#include "common/server_spec.hpp"

#include <string>
#include <vector>

namespace mcpm {

struct DependencyNode {
    std::string name;
    std::vector<std::string> needs;
};
DependencyNode dependency_node(const ServerSpec& spec);

/// The names along a cycle, the first repeated at the end ("a", "b", "a"); empty when there is none.
std::vector<std::string> find_cycle(const std::vector<DependencyNode>& nodes);

/// Indices into `nodes`: those that are needed come before those that need them; otherwise the given order.
/// Members of a cycle come last, in the given order.
std::vector<std::size_t> start_order(const std::vector<DependencyNode>& nodes);

/// Names of all that need `name`, directly or not.
std::vector<std::string> dependants_of(const std::vector<DependencyNode>& nodes, const std::string& name);

}  // namespace mcpm
