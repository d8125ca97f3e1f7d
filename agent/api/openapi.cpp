#include "agent/api/openapi.hpp"

#include "common/ascii.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::api {

namespace {

using wire::Json;

Json query_schema(const Parameter& parameter) {
    Json schema{{"type", "string"}};
    if (parameter.kind == ParameterKind::flag) schema["enum"] = {"1", "0", "true", "false"};
    if (parameter.kind == ParameterKind::count) schema = {{"type", "integer"}, {"minimum", 0}};
    if (parameter.kind != ParameterKind::choice) return schema;
    schema["enum"] = Json::array();
    auto rest = parameter.choices;
    while (!rest.empty()) {
        const auto end = rest.find('|');
        schema["enum"].push_back(std::string(rest.substr(0, end)));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return schema;
}

Json parameters_of(const RouteRow& row) {
    auto json = Json::array();
    for (auto rest = row.pattern; !rest.empty();) {
        const auto open = rest.find('{');
        if (open == std::string_view::npos) break;
        const auto close = rest.find('}', open);
        json.push_back({{"name", std::string(rest.substr(open + 1, close - open - 1))},
                        {"in", "path"},
                        {"required", true},
                        {"schema", {{"type", "string"}}}});
        rest.remove_prefix(close + 1);
    }
    for (const auto& parameter : row.parameters) {
        json.push_back({{"name", parameter.name},
                        {"in", "query"},
                        {"description", parameter.description},
                        {"schema", query_schema(parameter)}});
    }
    return json;
}

Json content(std::string_view type, Json schema) {
    Json json;
    json[std::string(type)] = {{"schema", std::move(schema)}};
    return json;
}

Json reference(std::string_view name) {
    return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

/// Routes of MCP: errors there are JSON-RPC's, not the envelope's.
bool speaks_mcp(const RouteRow& row) {
    return row.pattern.starts_with("/mcp") || row.pattern.starts_with("/sse");
}

/// A route whose connection goes on as another protocol; asked for otherwise the answer is 426.
bool is_upgrade(const RouteRow& row) {
    return row.pattern == "/ws" || row.pattern.ends_with("/stdio");
}

void add_texts(Json& answer, std::initializer_list<const char*> types) {
    for (const auto* type : types) answer["content"][type] = {{"schema", {{"type", "string"}}}};
}

Json success_answer(const RouteRow& row) {
    Json json{{"description", row.summary}};
    if (row.pattern == "/metrics") {
        add_texts(json, {"text/plain", "application/openmetrics-text"});
        return json;
    }
    const bool has_envelope = row.answer != Answer::plain && !speaks_mcp(row);
    json["content"] =
        content("application/json", has_envelope ? reference("Success") : Json{{"type", "object"}});
    if (speaks_mcp(row))
        add_texts(json, {"text/event-stream"});
    else if (row.answer == Answer::stream)
        add_texts(json, {"application/x-ndjson", "text/csv", "text/plain"});
    return json;
}

/// Statuses that mean success, most rows' 200 aside.
std::vector<const char*> successes_of(const RouteRow& row) {
    static constexpr std::pair<std::string_view, std::string_view> creating[] = {
        {"POST", "/api/servers"},
        {"POST", "/api/tokens"},
        {"POST", "/api/profiles"},
        {"POST", "/api/feedback"},
    };
    for (const auto& [method, pattern] : creating)
        if (row.method == method && row.pattern == pattern) return {"201"};
    if (row.pattern == "/api/templates/{id}/deploy" || row.pattern == "/api/registry/deploy")
        return {"200", "201"};  // 200: only tried
    if (is_upgrade(row)) return {"101"};
    if (speaks_mcp(row) && row.method == "POST") return {"200", "202"};
    if (speaks_mcp(row) && row.method == "DELETE") return {"200", "204"};
    return {"200"};
}

Json responses_of(const RouteRow& row) {
    Json json;
    for (const auto* status : successes_of(row)) {
        const bool has_body = std::string_view(status) < "202" && std::string_view(status) != "101";
        json[status] = has_body ? success_answer(row) : Json{{"description", row.summary}};
    }
    json["default"] = {
        {"description", "what failed and why"},
        {"content", content("application/json", reference(speaks_mcp(row) ? "McpFailure" : "Failure"))}};
    return json;
}

/// "GET /api/servers/{id}/tools" -> "get_api_servers_id_tools"
std::string operation_id(const RouteRow& row) {
    std::string out = ascii::lowered(row.method);
    for (const char character : row.pattern) {
        if (character == '{' || character == '}') continue;
        out += character == '/' || character == '.' || character == '-' ? '_' : character;
    }
    return out;
}

Json operation(const RouteRow& row) {
    Json json{
        {"operationId", operation_id(row)}, {"summary", row.summary}, {"parameters", parameters_of(row)}};
    if (!row.body.empty()) {
        json["requestBody"] = {{"description", row.body},
                               {"content", content("application/json", {{"type", "object"}})}};
    }
    json["responses"] = responses_of(row);
    return json;
}

Json schemas() {
    const Json text{{"type", "string"}};
    Json json;
    json["Success"] = {{"type", "object"}, {"required", {"success"}}};
    json["Success"]["properties"] = {
        {"success", {{"const", true}}}, {"data", Json::object()}, {"message", text}};
    json["Failure"] = {{"type", "object"}, {"required", {"success", "error", "code"}}};
    json["Failure"]["properties"] = {{"success", {{"const", false}}},
                                     {"error", text},
                                     {"code", text},
                                     {"details", {{"type", "object"}}},
                                     {"hint", text}};
    // What is refused before MCP is spoken (no credential, a foreign origin) has the envelope.
    json["McpFailure"] = {{"type", "object"}};
    json["McpFailure"]["properties"] = {
        {"jsonrpc", {{"const", "2.0"}}},
        {"error", Json::object()},
        {"success", {{"const", false}}},
    };
    return json;
}

}  // namespace

Json openapi(std::span<const RouteRow> rows) {
    Json json{{"openapi", "3.1.0"}, {"info", {{"title", "mcpm agent"}, {"version", MCPM_VERSION}}}};
    json["paths"] = Json::object();
    for (const auto& row : rows) {
        json["paths"][std::string(row.pattern)][ascii::lowered(row.method)] = operation(row);
    }
    json["components"]["schemas"] = schemas();
    return json;
}

}  // namespace mcpm::api
