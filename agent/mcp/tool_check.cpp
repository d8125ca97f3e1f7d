#include "agent/mcp/tool_check.hpp"

#include "agent/mcp/session_record.hpp"

#include <utility>

namespace mcpm::mcp {

Task<Result<>> check_tools(Sessions& sessions, std::string server_id) {
    const auto facts = sessions.facts(server_id);
    if (!facts) co_return Result<>{};
    sessions.forget_lists(server_id);
    const auto tools = co_await sessions.list(server_id, "tools/list");
    if (!tools) {
        Error error = tools.error();
        error.message = "it does not list its tools: " + error.message;
        co_return error;
    }
    if (has_capability(*facts, "tools") && *tools == "[]")
        co_return Error{ErrorCode::cannot_launch, "it starts, but offers no tools"};
    co_return Result<>{};
}

}  // namespace mcpm::mcp
