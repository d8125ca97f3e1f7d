#include "cli/tool_arguments.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace mcpm::cli {

namespace {

Error bad_value(const std::string& key, const std::string& value, const std::string& expected) {
    return Error{ErrorCode::validation_error, key + ": '" + value + "' is not " + expected};
}

void add_types(std::vector<std::string>& types, const Json& schema) {
    const Json& type = member(schema, "type");
    if (type.is_string()) types.push_back(type.get<std::string>());
    if (type.is_array()) {
        for (const Json& one : type) {
            if (one.is_string()) types.push_back(one.get<std::string>());
        }
    }
    for (const char* key : {"anyOf", "oneOf"}) {
        const Json& branches = member(schema, key);
        if (!branches.is_array()) continue;
        for (const Json& branch : branches) {
            const Json& branch_type = member(branch, "type");
            if (branch_type.is_string()) types.push_back(branch_type.get<std::string>());
        }
    }
}

std::optional<Json> as_number(const std::string& value, bool whole) {
    const char* end = value.data() + value.size();
    std::int64_t exact = 0;
    if (const auto parsed = std::from_chars(value.data(), end, exact);
        parsed.ec == std::errc{} && parsed.ptr == end) {
        return Json(exact);
    }
    double real = 0;
    const auto parsed = std::from_chars(value.data(), end, real);
    if (parsed.ec != std::errc{} || parsed.ptr != end || !std::isfinite(real)) return std::nullopt;
    if (whole && std::trunc(real) != real) return std::nullopt;
    return Json(real);
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

bool wants_array(const Json& schema) {
    std::vector<std::string> types;
    add_types(types, schema);
    return std::find(types.begin(), types.end(), "array") != types.end();
}

Result<Json> value_of(const Word& word, const Json& schema) {
    if (word.raw) {
        auto json = wire::parse(word.value);
        if (!json) return bad_value(word.key, word.value, "JSON (" + json.error().message + ")");
        return json;
    }
    // One item of an array, unless a whole one is written.
    if (wants_array(schema) && !word.value.starts_with('[')) {
        auto item = typed_value(word.key, word.value, member(schema, "items"));
        if (!item) return item;
        return ok(Json::array({std::move(*item)}));
    }
    return typed_value(word.key, word.value, schema);
}

}  // namespace

Result<Json> typed_value(const std::string& key, const std::string& value, const Json& schema) {
    std::vector<std::string> types;
    add_types(types, schema);
    if (types.empty()) return ok(Json(value));
    std::stable_sort(types.begin(), types.end(), [](const std::string& left, const std::string& right) {
        return narrowness(left) < narrowness(right);
    });
    for (const std::string& type : types) {
        if (auto read = read_as(type, value)) return ok(std::move(*read));
    }
    return bad_value(key, value, expected_in_words(types));
}

Result<Json> tool_arguments(const std::vector<std::string>& words, const Json& input_schema) {
    Json out = Json::object();
    const Json& properties = member(input_schema, "properties");
    for (const std::string& text : words) {
        const auto word = split_word(text);
        if (!word) return word.error();
        const Json& schema = member(properties, word->key);
        auto value = value_of(*word, schema);
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
