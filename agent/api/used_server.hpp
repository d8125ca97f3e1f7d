// A server that speaks MCP, awake as long as an endpoint uses it. Defined in use.cpp.
#pragma once

#include "agent/api/rooms.hpp"
#include "agent/http/message.hpp"
#include "agent/supervisor/supervisor.hpp"

#include <string>

namespace mcpm::api {

/// The server of the path, kept awake as long as this lives.
struct Used {
    ServerView server;
    Lease lease;
};

/// wrong_state when it does not speak MCP.
Result<ServerView> mcp_server(const Rooms& rooms, const http::Request& request);
/// Running: one that sleeps is woken, one that is on its way is waited for.
Task<Result<Used>> running_server(Rooms& rooms, std::string id, std::string actor);

}  // namespace mcpm::api
