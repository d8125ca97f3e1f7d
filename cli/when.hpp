// Times as people write them, in the zone of their terminal -> a point in time. What the agent reads is UTC,
// so the zone is left behind here. Pure but for the zone, which is the C library's (TZ, /etc/localtime).
#pragma once

#include "common/error.hpp"
#include "common/units.hpp"

#include <string>
#include <string_view>

namespace mcpm::cli {

/// "2026-11-22T18:19:51Z", "+05:30" and "+0530"; without a zone, local: "2026-11-22", "2026-11-22
/// 18:19[:51]", "18:19"; "now", "today", "yesterday", "yesterday 18:19"; ages: "10m", "1h30m", "1w", "10
/// minutes ago", "2 weeks"; seconds since 1970 ("1795371591", "@1795371591.5").
Result<Timestamp> read_when(std::string_view text, Timestamp now);

/// A time for the API's query: RFC 3339; nothing for nothing. The error names the option.
Result<std::string> time_for_agent(const char* option, const std::string& text);

}  // namespace mcpm::cli
