#include "agent/gateway/lists.hpp"

#include "agent/gateway/messages.hpp"
#include "agent/gateway/scopes.hpp"
#include "agent/gateway/tool_approval.hpp"
#include "agent/gateway/tool_edits.hpp"
#include "agent/mcp/http_words.hpp"
#include "common/json_walk.hpp"

#include <set>
#include <utility>

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

namespace {

/// Of tools as they pass, those that are as they were approved.
std::set<std::string> approved_of(std::string_view tools, const std::string& approved) {
    std::set<std::string> names;
    for (auto& one : compare_tools(approved, tools)) {
        if (one.kind == ToolStanding::Kind::approved) names.insert(std::move(one.name));
    }
    return names;
}

/// An edited tool is looked at and named as the server has it; only its words are others.
std::string with_edits(std::string_view tools, const ToolRules& rules) {
    std::string array = "[";
    for_each_element(tools, [&](const mcp::JsonSlice& entry) {
        const std::string name = decode_string(mcp::member(entry.text, "name"));
        array.append(array.size() > 1 ? "," : "").append(as_edited(rules, name, entry.text));
    });
    return array + "]";
}

}  // namespace

FilteredList filtered_list(std::string result, const Target& target) {
    const mcp::JsonSlice tools = mcp::member(result, "tools");
    if (tools.type != mcp::JsonType::array) return {std::move(result)};
    std::set<std::string> approved;
    if (target.approved) approved = approved_of(tools.text, *target.approved);
    bool is_as_it_was = true;
    FilteredList list;
    std::string array = "[";
    std::string edited;
    if (!target.tools.edit.empty()) edited = with_edits(tools.text, target.tools);
    append_entries(array, edited.empty() ? tools.text : edited, "name", [&](std::string_view name) {
        std::string shown = is_allowed(target, name) ? shown_name(target, name) : std::string();
        if (!shown.empty() && target.approved && !approved.contains(std::string(name))) {
            list.holds_back = true;
            shown.clear();
        }
        is_as_it_was = is_as_it_was && shown == name && !target.tools.edit.contains(std::string(name));
        return shown;
    });
    // A list that the rules leave alone passes byte by byte.
    if (is_as_it_was) return {std::move(result)};
    array.push_back(']');
    const mcp::Edit edit = mcp::replace(result, tools, array);
    list.result = mcp::splice(result, {&edit, 1}, mcp::Newlines::keep);
    return list;
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
