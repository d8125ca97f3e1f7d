#include "cli/tool_arguments.hpp"

#include "common/number.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace mcpm::cli {

namespace {

Error bad_value(const std::string& key, const std::string& value, const std::string& expected) {
    return Error{ErrorCode::validation_error, key + ": '" + value + "' is not " + expected};
}

constexpr unsigned deepest = 16;  // of references and branches; a schema may name itself

/// The schema that `{"$ref": "#/$defs/X"}` stands for; itself when it is none or names nothing here.
const Json& resolved(const Json& schema, const Json& root) {
    const Json* found = &schema;
    for (unsigned depth = 0; depth < deepest; ++depth) {
        const std::string reference = text(*found, "$ref");
        if (!reference.starts_with("#")) return *found;
        const Json::json_pointer place(reference.size() > 1 && reference[1] == '/' ? reference.substr(1)
                                                                                   : "");
        if (!root.contains(place)) return *found;
        found = &root.at(place);
    }
    return *found;
}

std::string type_of_value(const Json& value) {
    if (value.is_null()) return "null";
    if (value.is_boolean()) return "boolean";
    if (value.is_number_integer()) return "integer";
    if (value.is_number()) return "number";
    if (value.is_array()) return "array";
    return value.is_object() ? "object" : "string";
}

struct Types {
    std::vector<std::string> names;
    std::vector<Json> values;  // of enums and constants
    Json items = nullptr;      // of the first array among them
};

void add_types(Types& types, const Json& given, const Json& root, unsigned depth) {
    if (depth == deepest) return;
    const Json& schema = resolved(given, root);
    const auto add = [&](std::string name) {
        if (std::find(types.names.begin(), types.names.end(), name) == types.names.end())
            types.names.push_back(std::move(name));
    };
    const Json& type = member(schema, "type");
    if (type.is_string()) add(type.get<std::string>());
    for (const Json& one : type.is_array() ? type : Json::array()) {
        if (one.is_string()) add(one.get<std::string>());
    }
    const Json& values = member(schema, "enum");
    std::vector<Json> fixed;
    for (const Json& value : values.is_array() ? values : Json::array()) fixed.push_back(value);
    if (schema.is_object() && schema.contains("const")) fixed.push_back(schema["const"]);
    for (Json& value : fixed) {
        if (type.is_null()) add(type_of_value(value));
        types.values.push_back(std::move(value));
    }
    if (types.items.is_null() && schema.is_object() && schema.contains("items"))
        types.items = schema["items"];
    for (const char* key : {"anyOf", "oneOf", "allOf"}) {
        const Json& branches = member(schema, key);
        for (const Json& branch : branches.is_array() ? branches : Json::array())
            add_types(types, branch, root, depth + 1);
    }
}

Types types_of(const Json& schema, const Json& root) {
    Types types;
    add_types(types, schema, root, 0);
    return types;
}

std::optional<Json> as_number(const std::string& value, bool whole) {
    if (const auto exact = parse_number<std::int64_t>(value)) return Json(*exact);
    const auto real = parse_number<double>(value);
    if (!real || !std::isfinite(*real) || (whole && std::trunc(*real) != *real)) return std::nullopt;
    return Json(*real);
}

std::optional<Json> as_boolean(const std::string& value) {
    if (value == "true" || value == "yes" || value == "1") return Json(true);
    if (value == "false" || value == "no" || value == "0") return Json(false);
    return std::nullopt;
}

std::optional<Json> as_structure(const std::string& value, bool array) {
    auto json = wire::parse(value);
    if (!json || (array ? !json->is_array() : !json->is_object())) return std::nullopt;
    return std::move(*json);
}

std::optional<Json> read_as(const std::string& type, const std::string& value) {
    if (type == "null") return value == "null" ? std::optional<Json>(Json(nullptr)) : std::nullopt;
    if (type == "boolean") return as_boolean(value);
    if (type == "integer") return as_number(value, true);
    if (type == "number") return as_number(value, false);
    if (type == "array") return as_structure(value, true);
    if (type == "object") return as_structure(value, false);
    return Json(value);
}

// A text fits "string" always, so the narrower types are tried first; "true" before "1".
int narrowness(const std::string& type) {
    static const std::vector<std::string> order{"null", "integer", "number", "boolean", "array", "object"};
    return static_cast<int>(std::find(order.begin(), order.end(), type) - order.begin());
}

std::string expected_in_words(const std::vector<std::string>& types) {
    if (types.size() == 1) {
        if (types[0] == "integer") return "a whole number";
        if (types[0] == "number") return "a number";
        if (types[0] == "boolean") return "true or false";
        if (types[0] == "array") return "a JSON array";
        if (types[0] == "object") return "a JSON object";
    }
    std::string out;
    for (const std::string& type : types) out += (out.empty() ? "" : " or ") + type;
    return out;
}

struct Word {
    std::string key;
    std::string value;
    bool raw = false;
};

Result<Word> split_word(const std::string& text) {
    const std::size_t equals = text.find('=');
    const bool raw = equals != std::string::npos && equals > 0 && text[equals - 1] == ':';
    Word word{text.substr(0, raw ? equals - 1 : equals), {}, raw};
    if (equals == std::string::npos || word.key.empty()) {
        return Error{ErrorCode::validation_error, "'" + text + "' is not of the form KEY=VALUE or KEY:=JSON"};
    }
    word.value = text.substr(equals + 1);
    return word;
}

Result<Json> read_value(const std::string& key, const std::string& value, Types types) {
    for (const Json& known : types.values) {
        const bool is_it = known.is_string() ? known == Json(value) : known.dump() == value;
        if (is_it) return ok(known);
    }
    if (types.names.empty()) return ok(Json(value));
    std::stable_sort(types.names.begin(), types.names.end(),
                     [](const std::string& left, const std::string& right) {
                         return narrowness(left) < narrowness(right);
                     });
    for (const std::string& type : types.names) {
        if (auto read = read_as(type, value)) return ok(std::move(*read));
    }
    return bad_value(key, value, expected_in_words(types.names));
}

Result<Json> value_of(const Word& word, const Json& schema, const Json& root) {
    if (word.raw) {
        auto json = wire::parse(word.value);
        if (!json) return bad_value(word.key, word.value, "JSON (" + json.error().message + ")");
        return json;
    }
    Types types = types_of(schema, root);
    const auto is = [&](const char* name) {
        return std::find(types.names.begin(), types.names.end(), name) != types.names.end();
    };
    // One item of an array, unless a whole one is written, or null, or the value may stand alone.
    const bool alone = is("string") || (is("null") && word.value == "null") || word.value.starts_with('[');
    if (is("array") && !alone) {
        auto item = read_value(word.key, word.value, types_of(types.items, root));
        if (!item) return item;
        return ok(Json::array({std::move(*item)}));
    }
    return read_value(word.key, word.value, std::move(types));
}

}  // namespace

std::string type_in_words(const Json& schema, const Json& root) {
    constexpr std::size_t most_values = 6;
    const Types types = types_of(schema, root);
    std::string out;
    if (!types.values.empty() && types.values.size() <= most_values) {
        for (const Json& value : types.values)
            out += (out.empty() ? "one of " : ", ") +
                   (value.is_string() ? value.get<std::string>() : value.dump());
        return out;
    }
    for (const std::string& name : types.names) out += (out.empty() ? "" : " or ") + name;
    return out;
}

Result<Json> tool_arguments(const std::vector<std::string>& words, const Json& input_schema) {
    Json out = Json::object();
    const Json& properties = member(input_schema, "properties");
    for (const std::string& text : words) {
        const auto word = split_word(text);
        if (!word) return word.error();
        const Json& schema = member(properties, word->key);
        auto value = value_of(*word, schema, input_schema);
        if (!value) return value;
        const bool again = out.contains(word->key);
        if (!again) {
            out[word->key] = std::move(*value);
        } else if (!word->raw && out[word->key].is_array() && value->is_array()) {
            for (Json& item : *value) out[word->key].push_back(std::move(item));
        } else {
            return Error{ErrorCode::validation_error, word->key + " is given twice, and takes one value"};
        }
    }
    return ok(std::move(out));
}

}  // namespace mcpm::cli
