// A record of the traffic as a line of JSON, with nothing secret in it. Pure.
#pragma once

#include "agent/mcp/trace.hpp"
#include "common/redaction.hpp"

#include <string>

namespace mcpm::api {

enum class Bodies { leave_out, show };

/// With its newline.
std::string trace_line(const mcp::TraceRecord& record, const HiddenValues& secrets, Bodies bodies);

}  // namespace mcpm::api
