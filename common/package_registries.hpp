// The keys of a definition that name a package: one for each registry (wire_name of PackageRegistry).
#pragma once

#include <array>

namespace mcpm {

inline constexpr std::array<const char*, 6> package_registries{"npm",   "pypi", "go",
                                                               "cargo", "mcpb", "binary"};

}  // namespace mcpm
