#include "agent/api/lookup.hpp"

#include <algorithm>
#include <string>

namespace mcpm::api {

std::string actor_of(const http::Request& request) {
    if (request.peer.is_local_socket) return "uid:" + std::to_string(request.peer.uid);
    return request.peer.address;
}

Result<ServerView> server_of(const Rooms& rooms, const http::Request& request) {
    return rooms.supervisor.find(request.path_values.at(0));
}

Result<wire::Json> object_of(const http::Request& request, std::initializer_list<std::string_view> known) {
    if (request.body.empty()) return wire::Json::object();
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
