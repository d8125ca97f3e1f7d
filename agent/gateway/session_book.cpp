// Sessions of the handshake era over the agent's replacement: what is kept of each as text, and back. A
// client that was away for that moment goes on under the id it has; what it subscribed to and the level it
// set hold.
#include "agent/gateway/client_book.hpp"
#include "agent/mcp/era.hpp"
#include "common/json_members.hpp"
#include "common/json_time.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace mcpm::gateway {

namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 3> scope_kinds{"server", "all", "profile"};
constexpr std::size_t most_subscriptions = 1000;

Json from_scope(const Scope& scope) {
    return Json{{"kind", scope_kinds[static_cast<std::size_t>(scope.kind)]},
                {"name", scope.name},
                {"search", scope.search},
                {"profile", scope.profile}};
}

bool is_set(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && *found == true;
}

std::optional<Scope> to_scope(const Json& json) {
    if (!json.is_object()) return std::nullopt;
    Scope scope;
    const std::string kind = text_at(json, "kind");
    for (std::size_t place = 0; place < scope_kinds.size(); ++place) {
        if (scope_kinds[place] != kind) continue;
        scope.kind = static_cast<Scope::Kind>(place);
        scope.name = text_at(json, "name");
        scope.search = is_set(json, "search");
        scope.profile = text_at(json, "profile");
        return scope;
    }
    return std::nullopt;
}

Json from_client(const Client& client) {
    Json subscriptions = Json::array();
    for (const auto& [server_id, uri] : client.subscriptions) {
        if (subscriptions.size() == most_subscriptions) break;
        const auto shown = client.shown_uris.find({server_id, uri});
        subscriptions.push_back(Json{{"server", server_id},
                                     {"uri", uri},
                                     {"as", shown == client.shown_uris.end() ? "" : shown->second}});
    }
    Json json{{"id", client.id},
              {"principal", client.principal},
              {"scope", from_scope(client.scope)},
              {"version", client.version},
              {"capabilities", client.capabilities},
              {"name", client.name},
              {"initialized", client.has_initialized},
              {"nextStream", client.next_stream},
              {"nextRequest", client.next_request},
              {"subscriptions", std::move(subscriptions)}};
    if (client.level) json["level"] = *client.level;
    put_time(json, "openedAt", client.opened_at);
    return json;
}

std::uint64_t count_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 1;
}

/// Null for what is no session of ours.
ClientPtr to_client(Loop& loop, const Json& json) {
    const auto scope = json.is_object() ? to_scope(json.value("scope", Json())) : std::nullopt;
    const std::string id = scope ? text_at(json, "id") : std::string();
    const std::string principal = scope ? text_at(json, "principal") : std::string();
    const std::string version = scope ? text_at(json, "version") : std::string();
    if (id.size() < 32 || principal.empty() || !mcp::is_handshake_version(version)) return nullptr;
    auto client = std::make_shared<Client>(loop, Client::Kind::session, *scope, principal);
    client->id = id;
    client->version = version;
    client->capabilities = text_at(json, "capabilities");
    if (!mcp::is_well_formed(client->capabilities)) client->capabilities = "{}";
    client->name = text_at(json, "name");
    client->has_initialized = is_set(json, "initialized");
    client->next_stream = count_of(json, "nextStream");
    // What the agent before this one asked is answered by nobody any more.
    client->next_request = count_of(json, "nextRequest") + 1000;
    client->was_restored = true;
    client->opened_at = time_at(json, "openedAt");
    const auto level = json.find("level");
    if (level != json.end() && level->is_number_integer()) client->level = level->get<int>();
    return client;
}

void restore_subscriptions(Client& client, const Json& subscriptions,
                           const ClientBook::Subscribed& subscribed) {
    if (!subscriptions.is_array()) return;
    for (const auto& entry : subscriptions) {
        if (!entry.is_object() || client.subscriptions.size() == most_subscriptions) continue;
        const std::string server_id = text_at(entry, "server");
        const std::string uri = text_at(entry, "uri");
        if (server_id.empty() || uri.empty()) continue;
        client.subscriptions.emplace(server_id, uri);
        if (const std::string shown = text_at(entry, "as"); !shown.empty())
            client.shown_uris[{server_id, uri}] = shown;
        subscribed(client, server_id, uri);
    }
}

}  // namespace

std::string ClientBook::text() const {
    Json sessions = Json::array();
    for (const auto& [id, client] : sessions_) sessions.push_back(from_client(*client));
    return Json{{"format", 1}, {"sessions", std::move(sessions)}}.dump(-1, ' ', false,
                                                                       Json::error_handler_t::replace);
}

std::size_t ClientBook::restore(std::string_view text, const Subscribed& subscribed) {
    const auto json = Json::parse(text, nullptr, false);
    if (!json.is_object() || json.value("format", 0) != 1) return 0;
    const auto sessions = json.find("sessions");
    if (sessions == json.end() || !sessions->is_array()) return 0;
    std::size_t restored = 0;
    for (const auto& entry : *sessions) {
        const auto client = to_client(loop_, entry);
        if (!client || sessions_.size() >= limit_) continue;
        restore_subscriptions(*client, entry.value("subscriptions", Json::array()), subscribed);
        keep(client);
        ++restored;
    }
    return restored;
}

}  // namespace mcpm::gateway
