// The rows of the table that are the gateway's front: what they reach is the front's, not all rooms.
#include "agent/api/endpoints.hpp"

#include <utility>

namespace mcpm::api {

Task<http::Response> mcp_post(Rooms& rooms, http::Request& request) {
    return front::mcp_post(rooms.front, request);
}

Task<http::Response> mcp_get(Rooms& rooms, http::Request& request) {
    return front::mcp_get(rooms.front, request);
}

Task<http::Response> mcp_delete(Rooms& rooms, http::Request& request) {
    return front::mcp_delete(rooms.front, request);
}

Task<http::Response> mcp_stdio(Rooms& rooms, http::Request& request) {
    return front::mcp_stdio(rooms.front, request);
}

Task<http::Response> sse_get(Rooms& rooms, http::Request& request) {
    return front::sse_get(rooms.front, request);
}

Task<http::Response> sse_post(Rooms& rooms, http::Request& request) {
    return front::sse_post(rooms.front, request);
}

}  // namespace mcpm::api
