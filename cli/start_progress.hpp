// What a start under way waits for, in the agent's words ("pulling IMAGE: 3 of 7 layers"), for the spinner.
#pragma once

#include <functional>
#include <string>

namespace mcpm::cli {

/// For Progress. Has a connection of its own, takes a second at most, and says nothing when it cannot.
std::function<std::string()> progress_of_start(std::string name);

}  // namespace mcpm::cli
