// A record of the traffic as a line of JSON, with nothing secret in it. Pure.
#pragma once

#include "agent/mcp/trace.hpp"
#include "common/hidden_values.hpp"
#include "common/wire.hpp"

#include <string>

namespace mcpm::api {

/// "***" in place of text under a name that looks secret, and of every known secret value inside any text.
void redact(wire::Json& json, const HiddenValues& secrets);

enum class Bodies { leave_out, show };

/// With its newline.
std::string trace_line(const mcp::TraceRecord& record, const HiddenValues& secrets, Bodies bodies);

}  // namespace mcpm::api
