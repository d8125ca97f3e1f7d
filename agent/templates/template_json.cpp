#include "agent/templates/template_json.hpp"

#include "common/fields/market_fields.hpp"
#include "common/package_registries.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mcpm::templates {

namespace {

using wire::Json;

constexpr std::array<std::string_view, 9> source_keys{"npm",    "pypi",  "go",  "cargo",  "mcpb",
                                                      "binary", "image", "url", "command"};

const YamlNode* member_of(const YamlNode& map, std::string_view name) {
    for (const auto& [key, value] : map.members)
        if (key.text == name) return &value;
    return nullptr;
}

Json node_json(const YamlNode& node) {
    switch (node.kind) {
        case YamlNode::Kind::nothing:
            return nullptr;
        case YamlNode::Kind::scalar:
            return node.text;
        case YamlNode::Kind::list: {
            auto list = Json::array();
            for (const auto& item : node.items) list.push_back(node_json(item));
            return list;
        }
        case YamlNode::Kind::map:
            break;
    }
    auto object = Json::object();
    for (const auto& [key, value] : node.members) object[key.text] = node_json(value);
    return object;
}

/// {"kind": "npm", "package": …, "version": …}; an image or an address is "name".
Json source_json(const Template& one) {
    for (const auto kind : source_keys) {
        const YamlNode* const source = member_of(one.server, kind);
        if (source == nullptr) continue;
        Json json{{fields::market::kind, kind}};
        const bool is_package =
            std::find(package_registries.begin(), package_registries.end(), kind) != package_registries.end();
        if (source->kind == YamlNode::Kind::scalar) json[is_package ? "package" : "name"] = source->text;
        for (const char* field : {fields::market::package, fields::market::version})
            if (const YamlNode* const value = member_of(*source, field)) json[field] = value->text;
        return json;
    }
    return nullptr;
}

Json measured_json(const Measured& measured) {
    auto json = Json::object();
    const auto add_text = [&json](const char* key, const std::string& text) {
        if (!text.empty()) json[key] = text;
    };
    const auto add_number = [&json](const char* key, const std::optional<std::uint64_t>& number) {
        if (number) json[key] = *number;
    };
    add_text(fields::market::date, measured.date);
    add_text(fields::market::revision, measured.revision);
    add_text(fields::market::runtime, measured.runtime);
    add_text(fields::market::digest, measured.digest);
    add_number(fields::market::tools, measured.tools);
    add_number(fields::market::bytes, measured.bytes);
    add_number(fields::market::tokens, measured.tokens);
    add_number(fields::market::memory_bytes, measured.memory);
    return json;
}

Json parameter_json(const Parameter& one) {
    Json json{{fields::market::name, one.name},
              {fields::market::type, wire_name(one.type)},
              {fields::market::required, one.required},
              {fields::market::secret, one.secret},
              {fields::market::description, one.description}};
    if (!one.standard.empty()) json[fields::market::default_value] = one.standard;
    if (!one.pattern.empty()) json[fields::market::pattern] = one.pattern;
    if (!one.options.empty()) json[fields::market::options] = one.options;
    if (!one.example.empty()) json[fields::market::example] = one.example;
    return json;
}

Result<std::string> value_text(const std::string& name, const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean() || value.is_number()) return value.dump();
    return Error{ErrorCode::validation_error,
                 "parameters." + name.substr(0, 64) +
                     ": a text, a number, true, false or a list of texts is expected"};
}

}  // namespace

Json summary_json(const Listed& listed) {
    const Template& one = listed.content;
    Json json{{fields::market::id, one.id},
              {fields::market::name, one.name},
              {fields::market::description, one.description},
              {fields::market::category, one.category},
              {fields::market::tags, one.tags},
              {fields::market::origin, listed.origin == Origin::built_in ? "built-in" : "custom"},
              {fields::market::source, source_json(one)},
              {fields::market::starts, wire_name(one.starts)}};
    if (!one.homepage.empty()) json[fields::market::homepage] = one.homepage;
    if (!one.license.empty()) json[fields::market::license] = one.license;
    if (!one.note.empty()) json[fields::market::note] = one.note;
    if (!one.replaced_by.empty()) json[fields::market::replaced_by] = one.replaced_by;
    if (!one.broken.empty()) json[fields::market::broken] = one.broken;
    auto required = Json::array();
    for (const auto& parameter : one.parameters)
        if (parameter.required) required.push_back(parameter.name);
    json[fields::market::required] = std::move(required);
    if (auto measured = measured_json(one.measured); !measured.empty())
        json[fields::market::measured] = std::move(measured);
    return json;
}

Json whole_json(const Listed& listed) {
    auto json = summary_json(listed);
    auto parameters = Json::array();
    for (const auto& parameter : listed.content.parameters) parameters.push_back(parameter_json(parameter));
    json[fields::market::parameters] = std::move(parameters);
    json[fields::market::permissions] = listed.content.permissions;
    json[fields::market::definition] = node_json(listed.content.server);
    return json;
}

Result<Values> read_values(const Json& parameters) {
    if (!parameters.is_object())
        return Error{ErrorCode::validation_error, "parameters: an object of names to values is expected"};
    Values values;
    for (const auto& [name, value] : parameters.items()) {
        if (value.is_null()) continue;
        std::vector<std::string> texts;
        if (value.is_array()) {
            for (const auto& item : value) {
                auto text = value_text(name, item);
                if (text.has_error()) return text.error();
                texts.push_back(std::move(*text));
            }
        } else {
            auto text = value_text(name, value);
            if (text.has_error()) return text.error();
            texts.push_back(std::move(*text));
        }
        values[name] = std::move(texts);
    }
    return values;
}

}  // namespace mcpm::templates
