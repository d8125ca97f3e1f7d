// Secrets: list, store, remove. Their values come in and never go out.
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/query.hpp"
#include "agent/door/answer.hpp"
#include "common/fields/secret_fields.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::api {

namespace {

std::vector<std::string> users_of(const Rooms& rooms, const std::string& name) {
    std::vector<std::string> users;
    for (const auto& server : rooms.supervisor.outlines()) {
        const auto& named = server.spec->secrets;
        if (std::any_of(named.begin(), named.end(), [&](const auto& one) { return one.second == name; }))
            users.push_back(server.spec->name);
    }
    return users;
}

std::string in_words(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "\"" : ", \"") + name + "\"";
    return out;
}

wire::Json secret_json(const Rooms& rooms, const secrets::Entry& entry) {
    wire::Json json{{fields::secret::name, entry.name}};
    if (entry.times) {
        json[fields::secret::created_at] = format_time(entry.times->created);
        json[fields::secret::updated_at] = format_time(entry.times->updated);
    } else {
        json[fields::secret::damaged] = true;
    }
    json[fields::secret::used_by] = users_of(rooms, entry.name);
    return json;
}

/// An event in the same turn as the answer: who asked is told even when he has gone.
Task<Result<>> change(Rooms& rooms, Task<Result<>> changing, EventType type, std::string actor,
                      std::string message) {
    auto done = co_await std::move(changing);
    if (done) say(rooms, type, std::move(actor), std::move(message));
    co_return done;
}

}  // namespace

Task<http::Response> list_secrets(Rooms& rooms, http::Request&) {
    const auto entries = co_await rooms.vault.list();
    if (!entries) co_return failure(entries.error());
    auto json = wire::Json::array();
    for (const auto& entry : *entries) json.push_back(secret_json(rooms, entry));
    co_return success(json);
}

Task<http::Response> show_secret(Rooms& rooms, http::Request& request) {
    const std::string name = request.path_values.at(0);
    const auto entries = co_await rooms.vault.list();
    if (!entries) co_return failure(entries.error());
    for (const auto& entry : *entries) {
        if (entry.name == name) co_return success(secret_json(rooms, entry));
    }
    co_return failure(
        Error{ErrorCode::not_found, "there is no secret '" + name + "'", {}, "mcpm secret list"});
}

Task<http::Response> set_secret(Rooms& rooms, http::Request& request) {
    const std::string name = request.path_values.at(0);
    auto body = object_of(request, {fields::secret::value});
    if (!body) co_return failure(body.error());
    secrets::wipe(request.body);
    const auto value = body->find(fields::secret::value);
    if (value == body->end() || !value->is_string())
        co_return failure(Error{ErrorCode::validation_error, "value: a text is expected"});
    auto putting = rooms.vault.put(name, std::move(value->get_ref<std::string&>()), now_utc());
    const auto changed = co_await run_to_its_end(rooms, "set secret",
                                                 change(rooms, std::move(putting), EventType::secret_set,
                                                        actor_of(request), "secret '" + name + "' set"));
    if (!changed) co_return failure(changed.error());
    co_return success_message("Secret stored successfully");
}

Task<http::Response> delete_secret(Rooms& rooms, http::Request& request) {
    const std::string name = request.path_values.at(0);
    const auto entries = co_await rooms.vault.list();
    if (!entries) co_return failure(entries.error());
    const bool is_there = std::any_of(entries->begin(), entries->end(),
                                      [&](const secrets::Entry& entry) { return entry.name == name; });
    const auto users = users_of(rooms, name);
    if (is_there && !users.empty() && !flag(request, "force")) {
        co_return failure(Error{ErrorCode::conflict,
                                "removing secret '" + name + "': servers use it: " + in_words(users),
                                {},
                                "they could not be started without it; mcpm secret remove -f " + name +
                                    " removes it all the same"});
    }
    const auto changed =
        co_await run_to_its_end(rooms, "remove secret",
                                change(rooms, rooms.vault.remove(name), EventType::secret_removed,
                                       actor_of(request), "secret '" + name + "' removed"));
    if (!changed) co_return failure(changed.error());
    rooms.vault.forget(name, [&rooms](const std::string& server_id) {
        const auto server = rooms.supervisor.find(server_id);
        return server && server->status.pid.has_value();
    });
    co_return success_message("Secret deleted successfully");
}

}  // namespace mcpm::api
