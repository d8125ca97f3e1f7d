// Programs that only run another one ("sudo -u x docker run …", "env A=1 nice docker run …"): where the other
// begins. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mcpm {

/// The place in argv of the program that is run in the end; argv.size() when none is named.
std::size_t behind_wrappers(const std::vector<std::string>& argv);

}  // namespace mcpm
