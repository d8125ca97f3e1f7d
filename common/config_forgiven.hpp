// Which keys of config.yaml may have a variable in the environment that cannot be used: what they say
// concerns nothing but what is sent away or shown, so the agent starts without it and says so. A bad variable
// of any other key decides who comes in, what may run or where data lies: the agent does not start. One
// exception: DATABASE_URL is a name that other programs have too, so what is no place for our database is
// passed over; MCPM_DATABASE_URL is ours. Pure.
#pragma once

#include "common/config_file.hpp"

#include <string_view>

namespace mcpm {

struct ForgivenKey {
    std::string_view key;
    std::string_view falls_back;  // the key that is then as by default: its own, or the address it belongs
                                  // to; empty: as the file says
    void (*fall_back)(Config& config);  // null where it is as the file says
    const char* instead;                // what is done
    std::string_view variable = {};     // only this one of its names; empty: all
};

/// Null: a bad variable of this key stops the agent.
const ForgivenKey* forgiven_key(std::string_view key, std::string_view variable);

}  // namespace mcpm
