// Crashes of agents before this one: list, send.
#include "agent/api/endpoints.hpp"
#include "agent/door/answer.hpp"

#include <utility>

namespace mcpm::api {

Task<http::Response> list_crashes(Rooms& rooms, http::Request) {
    if (!rooms.control.signals.crashes)
        co_return failure(Error{ErrorCode::unavailable, "list the crashes: the agent is starting"});
    auto listing = rooms.control.signals.crashes();
    auto crashes = co_await std::move(listing);
    if (!crashes) co_return failure(crashes.error());
    co_return success(*crashes);
}

Task<http::Response> send_crash(Rooms& rooms, http::Request request) {
    if (!rooms.control.signals.send_crash)
        co_return failure(Error{ErrorCode::unavailable, "send a crash: the agent is starting"});
    auto sending = rooms.control.signals.send_crash(request.path_values.at(0));
    auto sent = co_await std::move(sending);
    if (!sent) co_return failure(sent.error());
    co_return success(*sent);
}

}  // namespace mcpm::api
