// The keys of config.yaml for people: what each is for, its default, its value in force and where that comes
// from. A unit test compares the keys with those that the agent reads.
#pragma once

#include "cli/json_access.hpp"
#include "common/error.hpp"
#include "common/paths.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

struct ConfigKey {
    std::string_view name;
    std::string_view usual;  // as it would be written
    std::string_view what;
};
std::span<const ConfigKey> described_config_keys();

/// "logs.max_age" -> "MCPM_LOGS_MAX_AGE".
std::string config_variable(std::string_view key);

struct ConfigValue {
    std::string key, value, from;  // from: "default", "config.yaml:12" or the variable
};

/// In the order of the keys. Pure but for what `environment` reads; secret-looking values are masked.
std::vector<ConfigValue> config_values(std::string_view yaml, const std::string& file,
                                       const Environment& environment);

/// docs/config.md.
std::string config_reference();

}  // namespace mcpm::cli
