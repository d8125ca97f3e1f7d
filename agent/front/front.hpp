// The room front, the gateway's front: MCP over Streamable HTTP of both eras, over HTTP+SSE of 2024-11-05,
// and as on stdio over an upgraded socket. It may include the gateway, its door and http, never the API or
// the rooms of servers. It never decides what a message means, who may ask (the door has), or what is
// offered: it turns requests into the gateway's messages and back.
#pragma once

#include "agent/async/task_group.hpp"
#include "agent/front/mcp_headers.hpp"
#include "agent/gateway/client.hpp"
#include "agent/gateway/gateway.hpp"
#include "agent/http/message.hpp"
#include "common/error.hpp"

#include <string>

namespace mcpm::front {

/// What an endpoint may reach; all of it outlives every endpoint.
struct Front {
    Loop& loop;
    gateway::Gateway& gateway;
    TaskGroup& tasks;  // what goes on although its asker has gone
};

/// The header by which an answer names its call's trace and span while spans are exported (W3C Trace Context,
/// level 2, draft).
inline constexpr const char* trace_response = "Traceresponse";

// mcp.cpp
Task<http::Response> mcp_post(Front& front, http::Request& request);
Task<http::Response> mcp_get(Front& front, http::Request& request);
Task<http::Response> mcp_delete(Front& front, http::Request& request);

// mcp_stdio.cpp
Task<http::Response> mcp_stdio(Front& front, http::Request& request);
Task<http::Response> sse_get(Front& front, http::Request& request);
Task<http::Response> sse_post(Front& front, http::Request& request);

/// What the path names, if it is offered and this client's token reaches it.
Result<gateway::Scope> scope_of(Front& front, const http::Request& request);
http::Response no_scope(const Error& error);

/// For people: "127.0.0.1:5123"; of the unix socket "pid 4321 (mcpm)".
std::string address_of(const http::Peer& peer);

http::Response accepted();
http::Response method_not_allowed();

/// The id that an answer to an invalid message carries; empty when it has none that could be one.
std::string_view echoed_id(const gateway::Message& message);
/// What is wrong with an invalid message.
McpRefusal fault_of(const gateway::Message& message);

/// A notification, or the answer to a request of a server.
void take_unanswered(gateway::Gateway& gateway, const gateway::ClientPtr& client,
                     const gateway::Message& message);

}  // namespace mcpm::front
