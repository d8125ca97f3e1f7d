// Variables of the agent's own environment, handed on by name to what it starts. Pure but for getenv.
#pragma once

#include <cstdlib>
#include <map>
#include <string>

namespace mcpm {

/// Those of `names` (a range of const char*) that are set.
template <typename Names>
std::map<std::string, std::string> own_variables(const Names& names) {
    std::map<std::string, std::string> environment;
    for (const char* name : names) {
        if (const char* const value = std::getenv(name)) environment.emplace(name, value);
    }
    return environment;
}

}  // namespace mcpm
