#include "agent/gateway/task_owners.hpp"

#include "agent/gateway/messages.hpp"
#include "common/json_scan.hpp"

#include <utility>

namespace mcpm::gateway {

namespace {

constexpr std::string_view related = "io.modelcontextprotocol/related-task";

}  // namespace

void TaskOwners::note(TaskName task, const std::string& principal) {
    if (!owners_.insert_or_assign(task, principal).second) return;
    order_.push_back(std::move(task));
    if (order_.size() <= limit_) return;
    owners_.erase(order_.front());
    order_.pop_front();
}

bool TaskOwners::is_of(const TaskName& task, std::string_view principal) const {
    const auto found = owners_.find(task);
    return found != owners_.end() && found->second == principal;
}

std::string task_id_in(std::string_view result) {
    mcp::JsonSlice id = mcp::member(mcp::member(result, "task").text, "taskId");
    if (!id) id = mcp::member(result, "taskId");
    return id.type == mcp::JsonType::string ? decode_string(id) : std::string();
}

TaskName task_shown_as(std::string_view shown) {
    const auto dot = shown.find('.');
    if (dot == std::string_view::npos) return TaskName{std::string(shown), {}};
    return TaskName{std::string(shown.substr(0, dot)), std::string(shown.substr(dot + 1))};
}

std::string with_shown_tasks(std::string text, const std::string& server_id) {
    const auto show = [&](const mcp::JsonSlice& id) {
        if (id.type == mcp::JsonType::string)
            text = with_string(text, id, server_id + "." + decode_string(id));
    };
    show(mcp::member(text, "taskId"));
    show(mcp::member(mcp::member(text, "task").text, "taskId"));
    show(mcp::member(mcp::member(mcp::member(text, "_meta").text, related).text, "taskId"));
    return text;
}

}  // namespace mcpm::gateway
