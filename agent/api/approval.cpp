// A server's tools against those that were approved; and their approval. The server is asked anew each time:
// what it said before is not proof of what it says now.
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/query.hpp"
#include "agent/api/used_server.hpp"
#include "agent/door/answer.hpp"
#include "agent/gateway/tool_approval.hpp"
#include "agent/gateway/tool_edits.hpp"
#include "common/event_type.hpp"
#include "common/fields/approval_fields.hpp"
#include "common/sha256.hpp"
#include "common/units.hpp"
#include "common/wire_schema.hpp"

#include <map>
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
    if (!standing.approved_hash.empty()) json[fields::approval::approved] = standing.approved_hash;
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
    for (const auto& standing : standings) {
        json[fields::approval::tools].push_back(standing_json(standing));
        const auto edit = server.spec.tools.edit.find(standing.name);
        if (edit == server.spec.tools.edit.end()) continue;
        json[fields::approval::tools].back()[fields::approval::edit] = wire::tool_edit_json(edit->second);
        const auto faults = gateway::edit_faults(edit->second, gateway::find_tool(now, standing.name));
        if (!faults.empty()) json[fields::approval::tools].back()[fields::approval::edit_faults] = faults;
    }
    return json;
}

/// What the server says now. What is kept of it follows, when it is something else.
Task<Result<std::string>> tools_now(Rooms& rooms, std::string id, std::string actor) {
    const auto used = co_await running_server(rooms, id, std::move(actor));
    if (!used) co_return used.error();
    rooms.sessions.forget_lists(id);
    std::string method = "tools/list";
    auto text = co_await rooms.sessions.list(id, std::move(method));
    if (!text) co_return text.error();
    const auto kept = rooms.offers.kept(id);
    if (!kept || kept->tools != *text) rooms.offers.look_again(id);
    co_return std::move(*text);
}

/// What is to be approved: these, or all; and where digests are given, only what is so now.
struct Approved {
    std::vector<std::string> names = {};
    std::map<std::string, std::string> digests = {};
};

Result<Approved> with_digests(const wire::Json& digests) {
    const Error wrong{ErrorCode::validation_error, "digests: {\"TOOL\": \"sha256:…\"} is expected"};
    if (!digests.is_object() || digests.empty()) return wrong;
    Approved approved;
    for (const auto& [name, digest] : digests.items()) {
        if (!digest.is_string()) return wrong;
        approved.names.push_back(name);
        approved.digests[name] = digest.get<std::string>();
    }
    return approved;
}

Result<Approved> named_tools(const http::Request& request) {
    const auto body = object_of(request, {fields::approval::tools, fields::approval::digests});
    if (!body) return body.error();
    if (body->contains(fields::approval::digests) && !body->contains(fields::approval::tools))
        return with_digests((*body)[fields::approval::digests]);
    if (body->contains(fields::approval::digests))
        return Error{ErrorCode::validation_error, "digests: not together with tools"};
    Approved approved;
    std::vector<std::string>& names = approved.names;
    const auto tools = body->find(fields::approval::tools);
    if (tools == body->end()) return approved;
    const Error wrong{ErrorCode::validation_error, "tools: a list of names is expected"};
    if (!tools->is_array()) return wrong;
    for (const auto& name : *tools) {
        if (!name.is_string()) return wrong;
        names.push_back(name.get<std::string>());
    }
    return approved;
}

/// conflict names the first tool that is something else than what was approved elsewhere.
Result<> check_digests(const std::map<std::string, std::string>& digests, std::string_view now) {
    std::map<std::string, std::string> hashes;
    for (const auto& one : gateway::compare_tools("[]", now))
        hashes[one.name] = std::string(sha256_mark) + one.hash;
    for (const auto& [name, digest] : digests) {
        const auto found = hashes.find(name);
        if (found == hashes.end())
            return Error{ErrorCode::not_found, "approve tool '" + name + "': there is no such tool"};
        if (found->second != digest)
            return Error{ErrorCode::conflict,
                         "approve tool '" + name + "': it is not the one that was approved (" + digest + ")",
                         {},
                         "look at it with `mcpm tools verify`, then `mcpm tools approve`"};
    }
    return {};
}

Task<Result<std::string>> approve(Rooms& rooms, std::string id, Approved what, std::string actor) {
    auto now = co_await tools_now(rooms, id, actor);
    if (!now) co_return now.error();
    if (const auto good = check_digests(what.digests, *now); !good) co_return good.error();
    auto approved = gateway::approve_tools(approved_tools(rooms, id), *now, what.names);
    if (!approved) co_return approved.error();
    const auto saved = co_await rooms.offers.approve(id, std::move(*approved));
    if (!saved) co_return saved.error();
    co_return std::move(*now);
}

}  // namespace

Task<http::Response> verify_tools(Rooms& rooms, http::Request& request) {
    const auto server = mcp_server(rooms, request);
    if (!server) co_return failure(server.error());
    if (flag(request, "kept")) {
        const auto kept = rooms.offers.kept(server->id);
        const std::string known = kept ? kept->tools : approved_tools(rooms, server->id);
        co_return success(approval_json(rooms, *server, known));
    }
    const auto now = co_await tools_now(rooms, server->id, actor_of(request));
    if (!now) co_return failure(now.error());
    co_return success(approval_json(rooms, *server, *now));
}

Task<http::Response> approve_tools(Rooms& rooms, http::Request& request) {
    const auto server = mcp_server(rooms, request);
    if (!server) co_return failure(server.error());
    auto asked = named_tools(request);
    if (!asked) co_return failure(asked.error());
    const std::string actor = actor_of(request);
    std::string what = "all its tools were approved";
    if (!asked->names.empty()) what = "tools were approved:";
    for (const auto& name : asked->names) what += " " + name;
    const auto now =
        co_await run_to_its_end(rooms, "approve tools", approve(rooms, server->id, *asked, actor));
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
