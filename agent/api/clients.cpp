// Who is connected to the gateway, and how one is sent away.
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/door/answer.hpp"
#include "agent/gateway/connected.hpp"
#include "common/fields/client_fields.hpp"
#include "common/units.hpp"

#include <chrono>
#include <string>

namespace mcpm::api {

namespace {

wire::Json client_json(const gateway::ConnectedClient& client, Timestamp now) {
    using Kind = gateway::Scope::Kind;
    const auto& scope = client.scope;
    const std::string profile = scope.kind == Kind::profile ? scope.name : scope.profile;
    wire::Json json{
        {fields::client::id, client.handle},
        {fields::client::principal, client.principal},
        {fields::client::transport, client.kind == gateway::Client::Kind::stdio ? "stdio" : "http"},
        {fields::client::reaches, scope.kind == Kind::server    ? "server"
                                  : scope.kind == Kind::profile ? "profile"
                                                                : "all"},
        {fields::client::last_seen_at,
         format_time(now - std::chrono::duration_cast<Timestamp::duration>(client.idle))},
        {fields::client::open_calls, client.open_calls}};
    if (!client.name.empty()) json[fields::client::name] = client.name;
    if (!client.version.empty()) json[fields::client::version] = client.version;
    if (scope.kind == Kind::server) json[fields::client::server] = scope.name;
    if (!client.address.empty()) json[fields::client::address] = client.address;
    if (!profile.empty()) json[fields::client::profile] = profile;
    return json;
}

}  // namespace

Task<http::Response> list_clients(Rooms& rooms, http::Request&) {
    auto json = wire::Json::array();
    const auto now = now_utc();
    for (const auto& client : rooms.gateway.connected()) json.push_back(client_json(client, now));
    co_return success(json);
}

Task<http::Response> disconnect_client(Rooms& rooms, http::Request& request) {
    const std::string id = request.path_values.at(0);
    if (!rooms.gateway.disconnect(id))
        co_return failure(Error{ErrorCode::not_found, "there is no client '" + id + "'"});
    co_return success_message("Client disconnected successfully");
}

}  // namespace mcpm::api
