// How a browser comes to its session: by a one-time link.
#pragma once

#include "agent/api/pages.hpp"
#include "agent/api/rooms.hpp"

namespace mcpm::api {

/// GET /login?code=…: the cookie and the way to the page, or to the page that says that the link is over.
http::Response follow_link(Rooms& rooms, const Pages& pages, const http::Request& request);

}  // namespace mcpm::api
