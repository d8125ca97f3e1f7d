// Variables of the agent's own environment, handed on by name to what it starts. Pure but for getenv.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

namespace mcpm {

/// The variables of `names` (a range of const char*) that are set.
template <typename Names>
std::map<std::string, std::string> own_variables(const Names& names) {
    std::map<std::string, std::string> environment;
    for (const char* name : names) {
        if (const char* const value = std::getenv(name)) environment.emplace(name, value);
    }
    return environment;
}

/// All of them.
inline std::map<std::string, std::string> all_own_variables() {
    std::map<std::string, std::string> environment;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals != std::string_view::npos)
            environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return environment;
}

}  // namespace mcpm
