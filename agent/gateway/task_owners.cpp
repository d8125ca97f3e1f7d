// Whose a task is (2025-11-25; extension io.modelcontextprotocol/tasks of 2026-07-28): its server and the
// principal it was given to. Nobody else may ask for it, and no other server answers for it: an id counts
// only together with the server that gave it.
#include "agent/gateway/state.hpp"

namespace mcpm::gateway {

namespace {

constexpr std::size_t known_tasks = 10'000;
constexpr std::string_view extension = "io.modelcontextprotocol/tasks";
constexpr std::string_view related = "io.modelcontextprotocol/related-task";

bool is_one_of_many(const Exchange& x) {
    return x.client->scope.kind != Scope::Kind::server;
}

/// Where many servers are one, a task's id is SERVER-ID.ID: no server can name another's.
std::string shown_id(const std::string& server_id, const std::string& id) {
    return server_id + "." + id;
}

}  // namespace

void Gateway::State::note_task(const ExchangePtr& x, std::string_view result) {
    mcp::JsonSlice id = mcp::member(mcp::member(result, "task").text, "taskId");
    if (!id) id = mcp::member(result, "taskId");
    if (id.type != mcp::JsonType::string) return;
    TaskName task{x->target->id, decode_string(id)};
    // An id that a server gives once more, after it was started again, belongs to whom it is given now.
    if (!task_owners.insert_or_assign(task, x->client->principal).second) return;
    task_order.push_back(std::move(task));
    if (task_order.size() <= known_tasks) return;
    task_owners.erase(task_order.front());
    task_order.pop_front();
}

/// A result or params that speak of a task, as a client of this address knows it.
std::string Gateway::State::with_shown_tasks(const Exchange& x, std::string text) {
    if (!is_one_of_many(x) || !x.target) return text;
    const auto show = [&](const mcp::JsonSlice& id) {
        if (id.type == mcp::JsonType::string)
            text = with_string(text, id, shown_id(x.target->id, decode_string(id)));
    };
    show(mcp::member(text, "taskId"));
    show(mcp::member(mcp::member(text, "task").text, "taskId"));
    show(mcp::member(mcp::member(mcp::member(text, "_meta").text, related).text, "taskId"));
    return text;
}

/// Points the request at the task's server. False, and failed, when it is not this principal's.
bool Gateway::State::check_task(const ExchangePtr& x) {
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
    if (x->method == "tasks/list") {
        fail(x, mcp::rpc_code::method_not_found, "Method not found: a shared server's tasks are not listed",
             {}, 404);
        return false;
    }
    const mcp::JsonSlice id = mcp::member(x->message->scan.params.text, "taskId");
    std::string name = decode_string(id);
    std::string server_id = x->target ? x->target->id : std::string();
    if (is_one_of_many(*x)) {
        const auto dot = name.find('.');
        server_id = name.substr(0, dot);
        name = dot == std::string::npos ? std::string() : name.substr(dot + 1);
    }
    const auto found = task_owners.find(TaskName{server_id, name});
    if (found == task_owners.end() || found->second != x->client->principal ||
        !reaches(*x->client, server_id)) {
        fail(x, mcp::rpc_code::invalid_params, "Unknown task");
        return false;
    }
    x->target = find_target(server_id);
    if (!x->target) return false;
    if (is_one_of_many(*x)) {
        x->params = with_string(x->message->scan.params.text, id, name);
        x->rewrite = [weak = std::weak_ptr<Exchange>(x)](std::string result) {
            const auto self = weak.lock();
            return self ? with_shown_tasks(*self, std::move(result)) : result;
        };
    }
    return true;
}

}  // namespace mcpm::gateway
