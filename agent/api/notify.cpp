// Notifications: where they go, and a test of it.
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/door/answer.hpp"
#include "common/fields/notify_fields.hpp"

#include <string>
#include <utility>

namespace mcpm::api {

Task<http::Response> list_channels(Rooms& rooms, http::Request&) {
    co_return success(rooms.signals.channels());
}

Task<http::Response> test_channels(Rooms& rooms, http::Request& request) {
    const auto body = object_of(request, {fields::notify::channel});
    if (!body) co_return failure(body.error());
    std::string channel;
    if (const auto found = body->find(fields::notify::channel); found != body->end()) {
        if (!found->is_string())
            co_return failure(Error{ErrorCode::validation_error, "channel: a text is expected"});
        channel = found->get<std::string>();
    }
    const auto outcome = co_await rooms.signals.test(std::move(channel));
    if (!outcome) co_return failure(outcome.error());
    co_return success(*outcome);
}

}  // namespace mcpm::api
