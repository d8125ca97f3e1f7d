// A server's tools against those that were approved; and their approval. The server is asked anew each time:
// what it said before is not proof of what it says now.
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/used_server.hpp"
#include "agent/door/answer.hpp"
#include "agent/gateway/tool_approval.hpp"
#include "common/event_type.hpp"
#include "common/fields/approval_fields.hpp"
#include "common/units.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mcpm::api {

namespace {

std::string approved_tools(const Rooms& rooms, const std::string& server_id) {
    const auto approval = rooms.offers.approval(server_id);
    return approval ? approval->tools : "[]";
}

wire::Json standing_json(const gateway::ToolStanding& standing) {
    wire::Json json{{fields::approval::name, standing.name},
                    {fields::approval::state, gateway::kind_name(standing.kind)},
                    {fields::approval::hash, standing.hash}};
    for (const auto& change : standing.changes) {
        json[fields::approval::changes].push_back(wire::Json{{fields::approval::member, change.member},
                                                             {fields::approval::before, change.before},
                                                             {fields::approval::now, change.now}});
    }
    return json;
}

wire::Json approval_json(const Rooms& rooms, const ServerView& server, const std::string& now) {
    const auto standings = gateway::compare_tools(approved_tools(rooms, server.id), now);
    const auto approval = rooms.offers.approval(server.id);
    wire::Json json{{fields::approval::same, approval && gateway::describe_standings(standings).empty()},
                    {fields::approval::hold, server.spec.tools.hold},
                    {fields::approval::tools, wire::Json::array()}};
    if (approval) json[fields::approval::approved_at] = format_time(approval->at);
    for (const auto& standing : standings) json[fields::approval::tools].push_back(standing_json(standing));
    return json;
}

/// What the server says now. What is kept of it follows, when it is something else.
Task<Result<std::string>> tools_now(Rooms& rooms, std::string id, std::string actor) {
    auto starting = running_server(rooms, id, std::move(actor));
    const auto used = co_await std::move(starting);
    if (!used) co_return used.error();
    rooms.sessions.forget_lists(id);
    std::string method = "tools/list";
    auto listing = rooms.sessions.list(id, std::move(method));
    auto text = co_await std::move(listing);
    if (!text) co_return text.error();
    const auto kept = rooms.offers.kept(id);
    if (!kept || kept->tools != *text) rooms.offers.look_again(id);
    co_return std::move(*text);
}

Result<std::vector<std::string>> named_tools(const http::Request& request) {
    const auto body = object_of(request, {fields::approval::tools});
    if (!body) return body.error();
    std::vector<std::string> names;
    const auto tools = body->find(fields::approval::tools);
    if (tools == body->end()) return names;
    const Error wrong{ErrorCode::validation_error, "tools: a list of names is expected"};
    if (!tools->is_array()) return wrong;
    for (const auto& name : *tools) {
        if (!name.is_string()) return wrong;
        names.push_back(name.get<std::string>());
    }
    return names;
}

Task<Result<std::string>> approve(Rooms& rooms, std::string id, std::vector<std::string> names,
                                  std::string actor) {
    auto asking = tools_now(rooms, id, actor);
    auto now = co_await std::move(asking);
    if (!now) co_return now.error();
    auto approved = gateway::approve_tools(approved_tools(rooms, id), *now, names);
    if (!approved) co_return approved.error();
    auto saving = rooms.offers.approve(id, std::move(*approved));
    const auto saved = co_await std::move(saving);
    if (!saved) co_return saved.error();
    co_return std::move(*now);
}

}  // namespace

Task<http::Response> verify_tools(Rooms& rooms, http::Request request) {
    const auto server = mcp_server(rooms, request);
    if (!server) co_return failure(server.error());
    auto asking = tools_now(rooms, server->id, actor_of(request));
    const auto now = co_await std::move(asking);
    if (!now) co_return failure(now.error());
    co_return success(approval_json(rooms, *server, *now));
}

Task<http::Response> approve_tools(Rooms& rooms, http::Request request) {
    const auto server = mcp_server(rooms, request);
    if (!server) co_return failure(server.error());
    auto names = named_tools(request);
    if (!names) co_return failure(names.error());
    const std::string actor = actor_of(request);
    std::string what = "all its tools were approved";
    if (!names->empty()) what = "tools were approved:";
    for (const auto& name : *names) what += " " + name;
    auto approving = run_to_its_end(rooms, "approve tools", approve(rooms, server->id, *names, actor));
    const auto now = co_await std::move(approving);
    if (!now) co_return failure(now.error());
    Event event;
    event.at = now_utc();
    event.type = name_of(EventType::server_tools_approved);
    event.server_id = server->id;
    event.server_name = server->spec.name;
    event.actor = actor;
    event.message = what;
    rooms.supervisor.add_event(std::move(event));
    co_return success(approval_json(rooms, *server, *now));
}

}  // namespace mcpm::api
