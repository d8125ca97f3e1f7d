// All servers as the list shows them, as JSON text: for GET /api/servers and for a page that begins.
#pragma once

#include "agent/api/rooms.hpp"

#include <string>

namespace mcpm::api {

/// An array of those that the filters of the request let through.
std::string servers_text(Rooms& rooms, const http::Request& request);

}  // namespace mcpm::api
