// Crashes of agents before this one: list, send.
#include "agent/api/endpoints.hpp"
#include "agent/door/answer.hpp"

#include <utility>

namespace mcpm::api {

Task<http::Response> list_crashes(Rooms& rooms, http::Request&) {
    const auto crashes = co_await rooms.signals.crashes();
    if (!crashes) co_return failure(crashes.error());
    co_return success(*crashes);
}

Task<http::Response> send_crash(Rooms& rooms, http::Request& request) {
    const auto sent = co_await rooms.signals.send_crash(request.path_values.at(0));
    if (!sent) co_return failure(sent.error());
    co_return success(*sent);
}

}  // namespace mcpm::api
