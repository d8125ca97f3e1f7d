#include "agent/gateway/lists.hpp"

#include "agent/gateway/state.hpp"
#include "agent/mcp/http_words.hpp"
#include "common/json_walk.hpp"

namespace mcpm::gateway {

void append_entries(std::string& out, std::string_view array, std::string_view member,
                    const std::function<std::string(std::string_view)>& rename) {
    for_each_element(array, [&](const mcp::JsonSlice& entry) {
        if (entry.type != mcp::JsonType::object) return;
        const mcp::JsonSlice name = mcp::member(entry.text, member);
        if (name.type != mcp::JsonType::string) return;
        const std::string old = decode_string(name);
        const std::string shown = rename(old);
        if (shown.empty()) return;
        if (!out.empty() && out.back() != '[') out.push_back(',');
        if (shown == old) {
            out.append(entry.text);
            return;
        }
        out.append(with_string(entry.text, name, shown));
    });
}

std::string filtered_list(std::string_view result, const Target& target) {
    const mcp::JsonSlice tools = mcp::member(result, "tools");
    if (tools.type != mcp::JsonType::array) return std::string(result);
    std::string array = "[";
    append_entries(array, tools.text, "name", [&target](std::string_view name) {
        return is_allowed(target, name) ? shown_name(target, name) : std::string();
    });
    array.push_back(']');
    const mcp::Edit edit = mcp::replace(result, tools, array);
    return mcp::splice(result, {&edit, 1}, mcp::Newlines::keep);
}

std::string callable_over_http(std::string_view result, std::string& left_out) {
    const mcp::JsonSlice tools = mcp::member(result, "tools");
    if (tools.type != mcp::JsonType::array || result.find("x-mcp-header") == std::string_view::npos)
        return std::string(result);
    std::string array = "[";
    for_each_element(tools.text, [&](const mcp::JsonSlice& tool) {
        if (mcp::has_unfit_param_headers(mcp::member(tool.text, "inputSchema").text)) {
            left_out.append(left_out.empty() ? "" : ", ")
                .append(decode_string(mcp::member(tool.text, "name")));
            return;
        }
        array.append(array.size() > 1 ? "," : "").append(tool.text);
    });
    if (left_out.empty()) return std::string(result);
    array.push_back(']');
    const mcp::Edit edit = mcp::replace(result, tools, array);
    return mcp::splice(result, {&edit, 1}, mcp::Newlines::keep);
}

}  // namespace mcpm::gateway
