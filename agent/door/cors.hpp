// What a browser must be told so that a page of an allowed origin can use /mcp (Fetch standard, CORS
// protocol). Pure.
#pragma once

#include "agent/door/access.hpp"
#include "agent/http/message.hpp"

namespace mcpm::door {

/// Names the origin that was allowed, never "*", and lets the page read the MCP headers. Others' answers
/// unchanged.
http::Response with_cors(http::Response response, const Verdict& verdict);

/// 204: the methods of /mcp, and of the headers asked for those that MCP has.
http::Response preflight_answer(const http::Request& request);

}  // namespace mcpm::door
