// Which keys of config.yaml may have a variable in the environment that cannot be used: what they say
// concerns nothing but what is sent away or shown, so the agent starts without it and says so. A bad variable
// of any other key decides who comes in, what may run or where data lies: the agent does not start. Pure.
#pragma once

#include "common/config_file.hpp"

#include <string_view>

namespace mcpm {

struct ForgivenKey {
    std::string_view key;
    std::string_view falls_back;  // the key that is then as by default: its own, or the address it belongs to
    void (*fall_back)(Config& config);
    const char* instead;  // what is done
};

/// Null: a bad variable of this key stops the agent.
const ForgivenKey* forgiven_key(std::string_view key);

}  // namespace mcpm
