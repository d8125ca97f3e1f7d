// Whose a task is (2025-11-25; extension io.modelcontextprotocol/tasks of 2026-07-28): its server and the
// principal it was given to. Nobody else may ask for it.
#include "agent/gateway/state.hpp"

namespace mcpm::gateway {

namespace {
constexpr std::size_t known_tasks = 10'000;
constexpr std::string_view extension = "io.modelcontextprotocol/tasks";
}  // namespace

void Gateway::State::note_task(const ExchangePtr& x, std::string_view result) {
    mcp::JsonSlice id = mcp::member(mcp::member(result, "task").text, "taskId");
    if (!id) id = mcp::member(result, "taskId");
    if (id.type != mcp::JsonType::string) return;
    const std::string name = decode_string(id);
    const auto [entry, is_new] = task_owners.emplace(name, TaskOwner{x->target->id, x->client->principal});
    if (!is_new) return;
    task_order.push_back(name);
    if (task_order.size() <= known_tasks) return;
    task_owners.erase(task_order.front());
    task_order.pop_front();
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
    const auto found = task_owners.find(decode_string(id));
    if (found == task_owners.end() || found->second.principal != x->client->principal ||
        !reaches(*x->client, found->second.server_id)) {
        fail(x, mcp::rpc_code::invalid_params, "Unknown task");
        return false;
    }
    x->target = find_target(found->second.server_id);
    return x->target != nullptr;
}

}  // namespace mcpm::gateway
