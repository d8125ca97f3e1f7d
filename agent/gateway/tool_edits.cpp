#include "agent/gateway/tool_edits.hpp"

#include "agent/mcp/json_rpc.hpp"
#include "common/json_scan.hpp"
#include "common/json_walk.hpp"
#include "common/wire.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace mcpm::gateway {

namespace {

using mcp::JsonSlice;
using mcp::JsonType;
using wire::Json;

std::string unquoted(std::string_view quoted) {
    return mcp::decode_string(JsonSlice{quoted, JsonType::string});
}

bool is_hidden(const ToolEdit& edit, const std::string& argument) {
    return std::find(edit.hide.begin(), edit.hide.end(), argument) != edit.hide.end();
}

JsonSlice property_of(std::string_view entry, std::string_view argument) {
    const JsonSlice schema = mcp::member(entry, "inputSchema");
    if (schema.type != JsonType::object) return {};
    const JsonSlice properties = mcp::member(schema.text, "properties");
    return properties.type == JsonType::object ? mcp::member(properties.text, argument) : JsonSlice{};
}

void edit_schema(const ToolEdit& edit, Json& schema) {
    if (!schema.is_object()) return;
    const auto properties = schema.find("properties");
    const auto required = schema.find("required");
    const auto is_optional_now = [&](const std::string& argument) {
        return is_hidden(edit, argument) || edit.defaults.contains(argument);
    };
    if (properties != schema.end() && properties->is_object()) {
        for (const auto& argument : edit.hide) properties->erase(argument);
        for (const auto& [argument, value] : edit.defaults) {
            const auto property = properties->find(argument);
            if (property == properties->end() || !property->is_object()) continue;
            const auto shown = wire::parse(default_as_json(value, property->dump()));
            if (shown) (*property)["default"] = *shown;
        }
    }
    if (required == schema.end() || !required->is_array()) return;
    Json still = Json::array();
    for (const Json& argument : *required)
        if (!argument.is_string() || !is_optional_now(argument.get<std::string>())) still.push_back(argument);
    if (still.empty())
        schema.erase("required");
    else
        *required = std::move(still);
}

}  // namespace

std::string edited_tool(const ToolEdit& edit, std::string_view entry) {
    auto tool = wire::parse(entry);
    if (edit == ToolEdit{} || !tool || !tool->is_object()) return std::string(entry);
    if (!edit.description.empty()) (*tool)["description"] = edit.description;
    if (const auto schema = tool->find("inputSchema"); schema != tool->end()) edit_schema(edit, *schema);
    return tool->dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string default_as_json(std::string_view value, std::string_view property) {
    const std::string type = mcp::decode_string(mcp::member(property, "type"));
    const bool is_json = type != "string" && mcp::is_well_formed(value);
    return is_json ? std::string(value) : mcp::quote(value);
}

Result<std::string> edited_params(const ToolEdit& edit, std::string_view params, std::string_view entry) {
    const std::string_view object = params.empty() ? std::string_view("{}") : params;
    const JsonSlice arguments = mcp::member(object, "arguments");
    if (arguments && arguments.type != JsonType::object && arguments.type != JsonType::null)
        return std::string(params);  // the server says what is wrong with it
    std::set<std::string> given;
    if (arguments.type == JsonType::object)
        mcp::for_each_member(arguments.text,
                             [&](std::string_view name, const JsonSlice&) { given.insert(unquoted(name)); });
    for (const std::string& name : given)
        if (is_hidden(edit, name))
            return Error{ErrorCode::validation_error, "the tool has no argument '" + name + "'"};
    std::string added;
    for (const auto& [name, value] : edit.defaults) {
        if (given.contains(name)) continue;
        added += (added.empty() ? "" : ",") + mcp::quote(name) + ":" +
                 default_as_json(value, property_of(entry, name).text);
    }
    if (added.empty()) return std::string(params);
    std::string filled = "{" + added;
    if (!given.empty()) filled += "," + std::string(arguments.text.substr(1));
    if (given.empty()) filled += "}";
    if (!arguments) {
        const std::string member = "\"arguments\":" + filled;
        const std::size_t open = object.find('{');
        const bool is_empty = object.find_first_not_of(" \t\r\n", open + 1) == object.find('}', open);
        return std::string(object.substr(0, open + 1)) + member + (is_empty ? "" : ",") +
               std::string(object.substr(open + 1));
    }
    const mcp::Edit change = mcp::replace(object, arguments, filled);
    return mcp::splice(object, {&change, 1}, mcp::Newlines::keep);
}

std::vector<std::string> edit_faults(const ToolEdit& edit, std::string_view entry) {
    std::vector<std::string> faults;
    std::set<std::string> named(edit.hide.begin(), edit.hide.end());
    for (const auto& [name, value] : edit.defaults) named.insert(name);
    for (const std::string& name : named)
        if (!property_of(entry, name)) faults.push_back("it has no argument '" + name + "'");
    const JsonSlice required = mcp::member(mcp::member(entry, "inputSchema").text, "required");
    if (required.type != JsonType::array) return faults;
    mcp::for_each_element(required.text, [&](const JsonSlice& one) {
        const std::string name = mcp::decode_string(one);
        if (is_hidden(edit, name) && !edit.defaults.contains(name))
            faults.push_back("it needs '" + name + "', which is hidden and has no default");
    });
    return faults;
}

std::string edits_digest(const ToolRules& rules) {
    std::string digest;
    for (const auto& [tool, edit] : rules.edit) {
        digest += "~" + tool + "=" + edit.description;
        for (const auto& argument : edit.hide) digest += "-" + argument;
        for (const auto& [argument, value] : edit.defaults) digest += "+" + argument + "=" + value;
    }
    return digest;
}

std::string as_edited(const ToolRules& rules, const std::string& name, std::string_view entry) {
    const auto found = rules.edit.find(name);
    return found == rules.edit.end() ? std::string(entry) : edited_tool(found->second, entry);
}

std::string_view find_tool(std::string_view tools, std::string_view name) {
    std::string_view found;
    mcp::for_each_element(tools, [&](const JsonSlice& entry) {
        if (found.empty() && entry.type == JsonType::object &&
            mcp::decode_string(mcp::member(entry.text, "name")) == name)
            found = entry.text;
    });
    return found;
}

}  // namespace mcpm::gateway
