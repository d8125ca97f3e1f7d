#include "agent/api/openapi.hpp"

#include "common/ascii.hpp"

#include <string>
#include <utility>

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

Json success_answer(const RouteRow& row) {
    Json json{{"description", row.summary}};
    json["content"] = content("application/json",
                              row.answer == Answer::plain ? Json{{"type", "object"}} : reference("Success"));
    if (row.answer == Answer::stream) {
        for (const auto* type : {"application/x-ndjson", "text/csv", "text/plain"}) {
            json["content"][type] = {{"schema", {{"type", "string"}}}};
        }
    }
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
    const bool creates =
        row.method == "POST" &&
        (row.pattern == "/api/servers" || row.pattern == "/api/tokens" || row.pattern == "/api/profiles");
    json["responses"][creates ? "201" : "200"] = success_answer(row);
    json["responses"]["default"] = {{"description", "what failed and why"},
                                    {"content", content("application/json", reference("Failure"))}};
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
