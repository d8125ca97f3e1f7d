// The file of the program that this process runs.
#pragma once

#include <string>

namespace mcpm {

/// The absolute path of that file; where the file was replaced while the program ran, what has its place by
/// now. Empty where /proc is not mounted.
std::string own_program();

}  // namespace mcpm
