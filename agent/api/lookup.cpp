#include "agent/api/lookup.hpp"

#include "agent/door/callers.hpp"
#include "common/fields/server_fields.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mcpm::api {

std::string actor_of(const http::Request& request) {
    return request.principal + door::process_in_words(request.peer);
}

void say(Rooms& rooms, EventType type, std::string actor, std::string message) {
    Event event;
    event.at = now_utc();
    event.type = name_of(type);
    event.actor = std::move(actor);
    event.message = std::move(message);
    rooms.supervisor.add_event(std::move(event));
}

Result<ServerView> server_of(const Rooms& rooms, const http::Request& request) {
    return rooms.supervisor.find(request.path_values.at(0));
}

wire::Json shown_server(const Rooms& rooms, const ServerView& server) {
    auto json = wire::from_view(server);
    if (auto text = rooms.progress.of(server.id); !text.empty())
        json[fields::server::progress] = std::move(text);
    return json;
}

Result<wire::Json> object_of(const http::Request& request, std::initializer_list<std::string_view> known) {
    // Named in place: JSON converts to anything, a Result included.
    if (request.body.empty()) return Result<wire::Json>(boost::system::in_place_value, wire::Json::object());
    auto json = wire::parse(request.body);
    if (!json) return json.error();
    if (!json->is_object()) return Error{ErrorCode::validation_error, "body: a JSON object is expected"};
    for (const auto& [key, value] : json->items()) {
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        std::string all;
        for (const auto name : known) all += (all.empty() ? "" : ", ") + std::string(name);
        return Error{
            ErrorCode::validation_error, "body: unknown field '" + key + "'", {}, "known fields: " + all};
    }
    return json;
}

}  // namespace mcpm::api
