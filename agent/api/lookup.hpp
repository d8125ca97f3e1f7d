// What most endpoints begin with: the server of the path, its body as JSON. And the shapes several answers
// share.
#pragma once

#include "agent/api/rooms.hpp"
#include "agent/http/message.hpp"
#include "common/wire.hpp"

#include <initializer_list>
#include <string_view>

namespace mcpm::api {

/// The server that the path names (id or name).
Result<ServerView> server_of(const Rooms& rooms, const http::Request& request);

/// As GET /api/servers/{id} has it.
wire::Json shown_server(const Rooms& rooms, const ServerView& server);

/// The body as a JSON object with no other keys than `known`; an empty body is an empty object.
Result<wire::Json> object_of(const http::Request& request, std::initializer_list<std::string_view> known);

}  // namespace mcpm::api
