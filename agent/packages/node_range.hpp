// Whether a version of node is what a package's `engines.node` asks for. A simple reading of npm's ranges
// (node-semver's grammar): comparators, ^, ~, x, hyphens, "||". Pre-releases count as their release. Pure.
#pragma once

#include <string_view>

namespace mcpm::npm {

enum class RangeAnswer { fits, does_not_fit, unclear };

/// "v20.1.3" or "20.1.3" against ">=18", "^18 || >=20.1", "18.x", "16 - 20". `unclear` for what can't be
/// read.
RangeAnswer check_range(std::string_view version, std::string_view range);

}  // namespace mcpm::npm
