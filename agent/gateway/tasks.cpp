// Requests about tasks (tasks/get and so on): each goes to the server that gave the task, and only for the
// principal it was given to.
#include "agent/gateway/state.hpp"
#include "agent/gateway/task_owners.hpp"

#include <utility>

namespace mcpm::gateway {

namespace {

constexpr std::string_view extension = "io.modelcontextprotocol/tasks";

bool is_of_many(const Exchange& x) {
    return x.client->scope.kind != Scope::Kind::server;
}

}  // namespace

void Gateway::State::note_task(const ExchangePtr& x, std::string_view result) {
    std::string id = task_id_in(result);
    if (!id.empty()) task_owners.note(TaskName{x->target->id, std::move(id)}, x->client->principal);
}

/// A result or params that speak of a task, as a client of this address knows the task.
std::string Gateway::State::as_shown_tasks(const Exchange& x, std::string text) {
    if (!is_of_many(x) || !x.target) return text;
    return with_shown_tasks(std::move(text), x.target->id);
}

/// Fails a request that no client of this kind may make. False when it did.
bool Gateway::State::may_ask_for_tasks(const ExchangePtr& x) {
    const bool modern = x->era == mcp::Era::per_request;
    if (modern && x->method != "tasks/get" && x->method != "tasks/update" && x->method != "tasks/cancel") {
        fail(x, mcp::rpc_code::method_not_found, "Method not found: " + x->method, {}, 404);
        return false;
    }
    const std::string_view extensions = mcp::member(x->capabilities, "extensions").text;
    if (modern && !has_member(extensions, extension)) {
        fail(x, code::missing_capability, "tasks need a capability that this client does not declare",
             R"({"requiredCapabilities":{"extensions":{"io.modelcontextprotocol/tasks":{}}}})", 400);
        return false;
    }
    if (x->method != "tasks/list") return true;
    fail(x, mcp::rpc_code::method_not_found, "Method not found: a shared server's tasks are not listed", {},
         404);
    return false;
}

/// Points the request at the task's server. False, and the request failed, when the task is not this
/// principal's.
bool Gateway::State::point_at_task(const ExchangePtr& x) {
    if (!may_ask_for_tasks(x)) return false;
    const mcp::JsonSlice id = mcp::member(x->message->scan.params.text, "taskId");
    const bool many = is_of_many(*x);
    const std::string server_id = x->target ? x->target->id : std::string();
    const TaskName task = many ? task_shown_as(decode_string(id)) : TaskName{server_id, decode_string(id)};
    if (!task_owners.is_of(task, x->client->principal) || !scopes.reaches(x->client->scope, task.server_id)) {
        fail(x, mcp::rpc_code::invalid_params, "Unknown task");
        return false;
    }
    x->target = scopes.find(task.server_id);
    if (!x->target) return false;
    if (many) {
        x->params = with_string(x->message->scan.params.text, id, task.id);
        x->rewrite = [server_id = task.server_id](std::string result) {
            return with_shown_tasks(std::move(result), server_id);
        };
    }
    return true;
}

}  // namespace mcpm::gateway
