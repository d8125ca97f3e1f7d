// Servers that need each other, by name, and whether they do so in a circle. Pure. A name nobody has is
// skipped.
#pragma once

#include "common/server_spec.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mcpm {

struct DependencyNode {
    std::string name;
    std::vector<std::string> needs;
};
DependencyNode dependency_node(const ServerSpec& spec);

/// The names along a cycle, the first repeated at the end ("a", "b", "a"); empty when there is none.
std::vector<std::string> find_cycle(const std::vector<DependencyNode>& nodes);

/// Where each name stands among the nodes, whose names it refers to.
using DependencyIndex = std::unordered_map<std::string_view, std::size_t>;
DependencyIndex index_of(const std::vector<DependencyNode>& nodes);

}  // namespace mcpm
