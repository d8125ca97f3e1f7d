// The fields of a definition that are about its tools.
#include "common/wire_fields.hpp"

namespace mcpm::wire {

namespace {

/// Of a tool's arguments: text as it is, everything else as JSON.
void read_defaults(Reader& reader, const std::string& path, const Json& json, ToolEdit& out) {
    if (!json.is_object()) return reader.unexpected(path, "an object", json);
    out.defaults.clear();
    for (const auto& [name, value] : json.items())
        out.defaults[name] = value.is_string() ? value.get<std::string>() : value.dump();
}

void write_defaults(const ToolEdit& edit, std::string_view name, Json& object) {
    if (!edit.defaults.empty()) object[std::string(name)] = edit.defaults;
}

Json defaults_schema() {
    return Json{{"type", "object"},
                {"additionalProperties", Json{{"type", Json::array({"string", "number", "boolean"})}}}};
}

constexpr std::array tool_edit_fields{
    field<&ToolEdit::description>("description"),
    field<&ToolEdit::hide>("hide"),
    Field<ToolEdit>{"defaults", read_defaults, write_defaults, defaults_schema},
};

constexpr std::array tool_fields{
    field<&ToolRules::allow>("allow"), field<&ToolRules::deny>("deny"), field<&ToolRules::rename>("rename"),
    field<&ToolRules::edit>("edit"),   field<&ToolRules::hold>("hold"),
};

}  // namespace

void read_value(Reader& reader, const std::string& path, const Json& json, ToolRules& out) {
    read_object(reader, path, json, out, tool_fields);
}
void read_value(Reader& reader, const std::string& path, const Json& json,
                std::map<std::string, ToolEdit>& out) {
    if (!json.is_object()) return reader.unexpected(path, "an object", json);
    out.clear();
    for (const auto& [name, edit] : json.items())
        read_object(reader, join(path, name), edit, out[name], tool_edit_fields);
}

Json write_value(const ToolRules& value) {
    return write_object(value, tool_fields);
}
Json write_value(const std::map<std::string, ToolEdit>& value) {
    Json object = Json::object();
    for (const auto& [name, edit] : value) object[name] = write_object(edit, tool_edit_fields);
    return object;
}

Json tool_edit_json(const ToolEdit& edit) {
    return write_object(edit, tool_edit_fields);
}

Json schema_of(Kind<ToolRules>) {
    return object_schema(tool_fields);
}
Json schema_of(Kind<std::map<std::string, ToolEdit>>) {
    return Json{{"type", "object"}, {"additionalProperties", object_schema(tool_edit_fields)}};
}

}  // namespace mcpm::wire
