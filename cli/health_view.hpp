// The health of the whole, and a server's health over time, in words.
#pragma once

#include "cli/json_access.hpp"
#include "cli/output.hpp"

#include <string>

namespace mcpm::cli {

/// The answer of GET /api/health/system.
void print_system_health(Output& out, const Json& health);

/// "▁▁▂▁  99.8 % of 120 checks, p50 1.2 ms, p95 3 ms"; empty when there was no check. Pure.
std::string trend_in_words(const Json& history);

}  // namespace mcpm::cli
