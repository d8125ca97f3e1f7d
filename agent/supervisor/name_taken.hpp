// What is said where a name is wanted that another server has: by who looks before anything is downloaded or
// stored, and by the supervisor, which looks again.
#pragma once

#include "common/error.hpp"

#include <string>

namespace mcpm {

/// A conflict about the field "name", with what shows and what changes the server that has it.
Error name_taken(const std::string& name);

}  // namespace mcpm
