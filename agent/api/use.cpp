// A server's tools, prompts and resources through the agent's live session. JSON of the caller and of the
// server passes as text: numbers, key order and escapes survive.
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/mcp_params.hpp"
#include "agent/api/query.hpp"
#include "agent/api/tool_words.hpp"
#include "agent/api/used_server.hpp"
#include "agent/door/answer.hpp"
#include "common/suggest.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::api {

Result<ServerView> mcp_server(const Rooms& rooms, const http::Request& request) {
    auto server = server_of(rooms, request);
    if (server && server->spec.transport == Transport::none) {
        return Error{ErrorCode::wrong_state,
                     "using '" + server->spec.name + "': it does not speak MCP (transport none)"};
    }
    return server;
}

Task<Result<Used>> running_server(Rooms& rooms, std::string id, std::string actor) {
    Lease lease = rooms.supervisor.hold(id);
    auto server = co_await rooms.supervisor.wake(std::move(id), std::move(actor));
    if (!server) co_return server.error();
    co_return Used{std::move(*server), std::move(lease)};
}

namespace {

constexpr std::chrono::hours longest_call{1};

/// What a sleeping server offered when it last ran; null when it has to be asked.
std::shared_ptr<const Manifest> kept_of(const Rooms& rooms, const ServerView& server) {
    const bool sleeps = server.status.state == ServerState::stopped && server.status.reason == Reason::asleep;
    return sleeps ? rooms.offers.kept(server.id) : nullptr;
}

Task<http::Response> list(Rooms& rooms, http::Request& request, std::string method,
                          std::string Manifest::*kept_list) {
    const auto server = mcp_server(rooms, request);
    if (!server) co_return failure(server.error());
    if (const auto kept = kept_of(rooms, *server)) co_return success_raw((*kept).*kept_list);
    if (flag(request, "kept")) {
        const auto kept = rooms.offers.kept(server->id);
        co_return success_raw(kept ? (*kept).*kept_list : "null");
    }
    const auto used = co_await running_server(rooms, server->id, actor_of(request));
    if (!used) co_return failure(used.error());
    const auto text = co_await rooms.sessions.list(server->id, std::move(method));
    if (!text) co_return failure(text.error());
    co_return success_raw(*text);
}

bool is_tool_error(std::string_view result) {
    return mcp::member(result, "isError").text == "true";
}

void note_call(Rooms& rooms, const ServerView& server, std::string_view tool, std::string_view principal,
               std::chrono::microseconds took, std::string_view sent, const Result<std::string>& answer) {
    gateway::EndedCall call{server.id};
    call.server = server.spec.name;
    call.tool = tool;
    call.client = "mcpm";
    call.principal = principal;
    call.duration = took;
    using Outcome = gateway::EndedCall::Outcome;
    call.outcome = !answer ? Outcome::failed : is_tool_error(*answer) ? Outcome::tool_error : Outcome::good;
    call.bytes_in = sent.size();
    call.params = sent;
    call.bytes_out = answer ? answer->size() : 0;
    rooms.gateway.usage().note(call);
}

/// A server refuses a tool that it does not have in words of its own: what it offers says that it is that.
Error as_missing_tool(const Rooms& rooms, const ServerView& server, const std::string& tool, Error error) {
    if (tool.empty() || error.code != ErrorCode::wrong_state) return error;
    const auto kept = rooms.offers.kept(server.id);
    const auto names = kept ? tool_names(kept->tools) : std::vector<std::string>();
    if (!kept || std::find(names.begin(), names.end(), tool) != names.end()) return error;
    error.message = "there is no tool '" + tool + "' at '" + server.spec.name + "'" +
                    did_you_mean(tool, std::vector<std::string_view>(names.begin(), names.end()));
    error.code = ErrorCode::not_found;
    return error;
}

/// `tool` is counted when it is not empty.
Task<http::Response> call(Rooms& rooms, http::Request& request, std::string method,
                          Result<std::string> params, std::string tool = {}) {
    const auto server = mcp_server(rooms, request);
    if (!server) co_return failure(server.error());
    if (!params) co_return failure(params.error());
    mcp::CallOptions options;
    options.timeout =
        std::min<Duration>(duration(request, "timeout", rooms.control.call_timeout), longest_call);
    if (options.timeout <= Duration::zero()) {
        co_return failure(Error{ErrorCode::validation_error, "timeout: more than 0 is expected"});
    }
    const auto id = server->id;
    const auto principal = actor_of(request);
    const std::string sent = tool.empty() ? std::string() : *params;
    const auto used = co_await running_server(rooms, id, principal);
    if (!used) co_return failure(used.error());
    const auto began = Clock::now();
    const auto text =
        co_await rooms.sessions.call(id, std::move(method), std::move(*params), std::move(options));
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began);
    if (!tool.empty()) note_call(rooms, *server, tool, principal, took, sent, text);
    if (!text) co_return failure(as_missing_tool(rooms, *server, tool, text.error()));
    co_return success_raw(*text);
}

}  // namespace

Task<http::Response> list_tools(Rooms& rooms, http::Request& request) {
    return list(rooms, request, "tools/list", &Manifest::tools);
}
Task<http::Response> list_prompts(Rooms& rooms, http::Request& request) {
    return list(rooms, request, "prompts/list", &Manifest::prompts);
}
Task<http::Response> list_resources(Rooms& rooms, http::Request& request) {
    return list(rooms, request, "resources/list", &Manifest::resources);
}
Task<http::Response> list_resource_templates(Rooms& rooms, http::Request& request) {
    return list(rooms, request, "resources/templates/list", &Manifest::resource_templates);
}

Task<http::Response> call_tool(Rooms& rooms, http::Request& request) {
    const std::string tool = request.path_values.at(1);
    auto params = named_call_params(tool, request.body);
    return call(rooms, request, "tools/call", std::move(params), tool);
}

Task<http::Response> get_prompt(Rooms& rooms, http::Request& request) {
    auto params = named_call_params(request.path_values.at(1), request.body);
    return call(rooms, request, "prompts/get", std::move(params));
}

Task<http::Response> read_resource(Rooms& rooms, http::Request& request) {
    auto params = resource_params(request.body);
    return call(rooms, request, "resources/read", std::move(params));
}

Task<http::Response> show_session(Rooms& rooms, http::Request& request) {
    const auto server = mcp_server(rooms, request);
    if (!server) co_return failure(server.error());
    if (const auto kept = kept_of(rooms, *server)) co_return success_raw(kept->facts);
    const auto used = co_await running_server(rooms, server->id, actor_of(request));
    if (!used) co_return failure(used.error());
    const auto facts = rooms.sessions.facts(server->id);
    if (!facts) {
        co_return failure(
            Error{ErrorCode::unavailable, "using '" + server->spec.name + "': it has no MCP session"});
    }
    co_return success_raw(mcp::facts_text(*facts));
}

}  // namespace mcpm::api
