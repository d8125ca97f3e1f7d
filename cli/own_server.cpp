#include "cli/own_server.hpp"

#include "cli/own_server_tools.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::cli {

namespace {

constexpr std::size_t most_waiting = 64;
constexpr std::size_t longest_text = 64UL * 1024;

Json schema_of(const OwnTool& tool) {
    const auto properties = wire::parse(tool.properties);
    const auto required = wire::parse(tool.required);
    return Json{{"type", "object"},
                {"properties", properties ? *properties : Json::object()},
                {"required", required ? *required : Json::array()},
                {"additionalProperties", false}};
}

Json text_result(std::string text, bool is_error) {
    if (text.size() > longest_text) {
        text.resize(longest_text);
        text += "\n(cut off)";
    }
    return Json{{"content", Json::array({Json{{"type", "text"}, {"text", std::move(text)}}})},
                {"isError", is_error}};
}

std::string in_words(const Error& error) {
    return error.message + (error.hint.empty() ? "" : "\n" + error.hint);
}

/// A name that the tool does not know is a mistake of its caller, which is told.
std::string unknown_argument(const OwnTool& tool, const Json& arguments) {
    const auto properties = wire::parse(tool.properties);
    for (const auto& [key, value] : arguments.items())
        if (!properties || !properties->contains(key)) return key;
    return {};
}

}  // namespace

Json own_tools() {
    Json tools = Json::array();
    for (const OwnTool& tool : own_tool_table())
        tools.push_back(Json{{"name", tool.name},
                             {"description", tool.description},
                             {"inputSchema", schema_of(tool)},
                             {"annotations", Json{{"readOnlyHint", tool.effect == Effect::reads},
                                                  {"destructiveHint", tool.effect == Effect::removes},
                                                  {"openWorldHint", false}}}});
    return tools;
}

std::optional<Json> OwnServer::next_message() {
    while (const auto line = read_line_()) {
        auto message = wire::parse(*line);
        if (message && message->is_object()) return std::move(*message);
        write_line_(compact(Json{{"jsonrpc", "2.0"},
                                 {"id", nullptr},
                                 {"error", Json{{"code", -32700}, {"message", "this is no JSON object"}}}}));
    }
    return std::nullopt;
}

Result<> OwnServer::ask_person(const std::string& question) {
    if (!can_ask_)
        return Error{
            ErrorCode::unavailable, "this client cannot ask its person", {}, "run `mcpm install` yourself"};
    const std::string id = "ask-" + std::to_string(++asked_);
    const Json wanted{{"type", "object"},
                      {"properties", Json{{"install", Json{{"type", "boolean"}, {"title", "Install it"}}}}},
                      {"required", Json::array({"install"})}};
    write_line_(compact(Json{{"jsonrpc", "2.0"},
                             {"id", id},
                             {"method", "elicitation/create"},
                             {"params", Json{{"message", question}, {"requestedSchema", wanted}}}}));
    while (auto message = next_message()) {
        if (text(*message, "id") == id && text(*message, "method").empty()) {
            const Json& result = member(*message, "result");
            const bool agreed =
                text(result, "action") == "accept" && is_true(member(result, "content"), "install");
            if (agreed) return {};
            return Error{ErrorCode::cancelled, "the person did not agree: nothing was installed"};
        }
        const bool is_cancel = text(*message, "method") == "notifications/cancelled";
        if (is_cancel && member(member(*message, "params"), "requestId") == call_id_)
            return Error{ErrorCode::cancelled, "the call was cancelled: nothing was installed"};
        if (waiting_.size() < most_waiting) waiting_.push_back(std::move(*message));
    }
    return Error{ErrorCode::cancelled, "nobody answered: nothing was installed"};
}

Json OwnServer::call(const Json& params) {
    const std::string name = text(params, "name");
    const auto table = own_tool_table();
    const auto tool =
        std::find_if(table.begin(), table.end(), [&](const OwnTool& one) { return one.name == name; });
    if (tool == table.end()) return text_result("there is no tool \"" + name + "\"", true);
    const Json& given = member(params, "arguments");
    const Json arguments = given.is_object() ? given : Json::object();
    if (const auto unknown = unknown_argument(*tool, arguments); !unknown.empty())
        return text_result(name + " has no argument \"" + unknown + "\"", true);
    const auto result = tool->function(*this, arguments);
    if (!result) return text_result(in_words(result.error()), true);
    return text_result(pretty(*result), false);
}

Json OwnServer::result_of(const std::string& method, const Json& params, bool& is_known) {
    is_known = true;
    if (method == "initialize") {
        can_ask_ = member(member(params, "capabilities"), "elicitation").is_object();
        return Json{{"protocolVersion", "2025-11-25"},
                    {"capabilities", Json{{"tools", Json::object()}}},
                    {"serverInfo", Json{{"name", "mcpm"}, {"version", MCPM_VERSION}}},
                    {"instructions",
                     "Looks after the MCP servers of this machine: what runs, why something failed, finding "
                     "and installing more."}};
    }
    if (method == "ping") return Json::object();
    if (method == "tools/list") return Json{{"tools", own_tools()}};
    if (method == "tools/call") return call(params);
    is_known = false;
    return nullptr;
}

void OwnServer::answer(const Json& message) {
    const Json& id = member(message, "id");
    const std::string method = text(message, "method");
    if (id.is_null() || method.empty()) return;  // a notification, or an answer to nothing
    call_id_ = id;
    bool is_known = false;
    Json result = result_of(method, member(message, "params"), is_known);
    Json reply{{"jsonrpc", "2.0"}, {"id", call_id_}};
    if (is_known)
        reply["result"] = std::move(result);
    else
        reply["error"] = Json{{"code", -32601}, {"message", "there is no method " + method}};
    write_line_(compact(reply));
}

void OwnServer::serve() {
    while (true) {
        if (!waiting_.empty()) {
            const Json message = std::move(waiting_.front());
            waiting_.pop_front();
            answer(message);
            continue;
        }
        const auto message = next_message();
        if (!message) return;
        answer(*message);
    }
}

}  // namespace mcpm::cli
