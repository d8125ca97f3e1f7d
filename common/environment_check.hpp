// Environment variables that the agent reads and that have a form: what does not fit is said, by the agent at
// its start, by `mcpm doctor` and by `mcpm config show`. Of those that stand for keys of config.yaml the ones
// that do not keep the agent from starting (common/config_forgiven.hpp); the others are refused as the keys
// are. Pure.
#pragma once

#include "common/paths.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

/// A sentence for each that is not as it must be: what is expected, and what is done without it. Values are
/// not shown: they may be secret.
std::vector<std::string> environment_faults(const Environment& environment);
/// Of this process.
std::vector<std::string> environment_faults();

/// http or https with a host, without blanks.
bool is_web_address(std::string_view text);
/// A token as HTTP has it (RFC 9110, 5.6.2).
bool is_header_name(std::string_view text);
/// "https://KEY@host/PROJECT", or "secret:NAME".
bool is_sentry_dsn(std::string_view text);

}  // namespace mcpm
