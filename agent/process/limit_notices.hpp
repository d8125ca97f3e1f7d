// What the terminal or unit that started us allows too little of, in sentences for people.
#pragma once

#include <string>
#include <vector>

namespace mcpm {

/// Of this process, whose soft limits are raised already (agent/keeper/inherited_limits).
std::vector<std::string> limit_notices();

}  // namespace mcpm
