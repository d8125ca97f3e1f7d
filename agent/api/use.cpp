// A server's tools, prompts and resources through the agent's live session. JSON of the caller and of the
// server passes as text: numbers, key order and escapes survive.
#include "agent/api/answer.hpp"
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/mcp_params.hpp"
#include "agent/api/query.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::api {

namespace {

constexpr std::chrono::hours longest_call{1};

/// The server of the path, if it runs.
Result<ServerView> running_server(const Rooms& rooms, const http::Request& request) {
    auto server = server_of(rooms, request);
    if (!server) return server;
    const auto& name = server->spec.name;
    if (server->spec.transport == Transport::none) {
        return Error{ErrorCode::wrong_state,
                     "using server '" + name + "': it does not speak MCP (transport none)"};
    }
    if (server->status.state == ServerState::running) return server;
    const bool is_coming = server->status.state == ServerState::starting;
    return Error{ErrorCode::wrong_state,
                 "using server '" + name + "': it is " + std::string(wire_name(server->status.state)),
                 {},
                 is_coming ? "wait for it: mcpm wait " + name : "start it: mcpm start " + name};
}

Task<http::Response> list(Rooms& rooms, http::Request request, std::string method) {
    const auto server = running_server(rooms, request);
    if (!server) co_return failure(server.error());
    auto listing = rooms.sessions.list(server->id, std::move(method));
    const auto text = co_await std::move(listing);
    if (!text) co_return failure(text.error());
    co_return success_raw(*text);
}

Task<http::Response> call(Rooms& rooms, http::Request request, std::string method,
                          Result<std::string> params) {
    const auto server = running_server(rooms, request);
    if (!server) co_return failure(server.error());
    if (!params) co_return failure(params.error());
    mcp::CallOptions options;
    options.timeout = std::min<Duration>(duration(request, "timeout", options.timeout), longest_call);
    if (options.timeout <= Duration::zero()) {
        co_return failure(Error{ErrorCode::validation_error, "timeout: more than 0 is expected"});
    }
    const auto id = server->id;
    ++rooms.calls[id].total;
    auto calling = rooms.sessions.call(id, std::move(method), std::move(*params), std::move(options));
    const auto text = co_await std::move(calling);
    if (!text) {
        if (const auto counted = rooms.calls.find(id); counted != rooms.calls.end()) ++counted->second.errors;
        co_return failure(text.error());
    }
    co_return success_raw(*text);
}

}  // namespace

Task<http::Response> list_tools(Rooms& rooms, http::Request request) {
    return list(rooms, std::move(request), "tools/list");
}
Task<http::Response> list_prompts(Rooms& rooms, http::Request request) {
    return list(rooms, std::move(request), "prompts/list");
}
Task<http::Response> list_resources(Rooms& rooms, http::Request request) {
    return list(rooms, std::move(request), "resources/list");
}
Task<http::Response> list_resource_templates(Rooms& rooms, http::Request request) {
    return list(rooms, std::move(request), "resources/templates/list");
}

Task<http::Response> call_tool(Rooms& rooms, http::Request request) {
    auto params = named_call_params(request.path_values.at(1), request.body);
    return call(rooms, std::move(request), "tools/call", std::move(params));
}

Task<http::Response> get_prompt(Rooms& rooms, http::Request request) {
    auto params = named_call_params(request.path_values.at(1), request.body);
    return call(rooms, std::move(request), "prompts/get", std::move(params));
}

Task<http::Response> read_resource(Rooms& rooms, http::Request request) {
    auto params = resource_params(request.body);
    return call(rooms, std::move(request), "resources/read", std::move(params));
}

Task<http::Response> show_session(Rooms& rooms, http::Request request) {
    const auto server = running_server(rooms, request);
    if (!server) co_return failure(server.error());
    const auto facts = rooms.sessions.facts(server->id);
    if (!facts) {
        co_return failure(
            Error{ErrorCode::unavailable, "using server '" + server->spec.name + "': it has no MCP session"});
    }
    std::string json = R"({"era":")";
    json += facts->era == mcp::Era::handshake ? "handshake" : "per-request";
    json += R"(","protocolVersion":)" + dump(facts->protocol_version);
    json += R"(,"serverInfo":)" + facts->server_info;
    json += R"(,"capabilities":)" + facts->capabilities;
    json += R"(,"instructions":)" + dump(facts->instructions) + "}";
    co_return success_raw(json);
}

}  // namespace mcpm::api
