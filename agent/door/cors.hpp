// What a browser must be told so that a page of an allowed origin can use /mcp (Fetch standard, CORS
// protocol). Pure.
#pragma once

#include "agent/http/message.hpp"

#include <string_view>

namespace mcpm::door {

/// Names the origin that the verdict allows, never "*", and lets the page read the MCP headers. Where none is
/// allowed, nothing is changed.
void add_cors(http::Response& response, std::string_view allowed_origin);

/// 204: the methods of /mcp, and of the headers asked for those that MCP has.
http::Response preflight_answer(const http::Request& request);

}  // namespace mcpm::door
