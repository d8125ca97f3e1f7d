// What the fronts of the gateway (Streamable HTTP, SSE of 2024-11-05, stdio over an upgrade) have in common.
#pragma once

#include "agent/api/mcp_headers.hpp"
#include "agent/api/rooms.hpp"
#include "agent/gateway/client.hpp"
#include "agent/http/message.hpp"
#include "common/error.hpp"

namespace mcpm::api {

/// What the path names, if it is offered and this client's token reaches it.
Result<gateway::Scope> scope_of(Rooms& rooms, const http::Request& request);
http::Response no_scope(const Error& error);

http::Response accepted();
http::Response method_not_allowed();

/// What is wrong with an invalid message.
McpRefusal fault_of(const gateway::Message& message);

/// A notification, or the answer to a request of a server.
void take_unanswered(gateway::Gateway& gateway, const gateway::ClientPtr& client,
                     const gateway::Message& message);

}  // namespace mcpm::api
