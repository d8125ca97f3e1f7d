#include "cli/yaml_emitter.hpp"

#include "cli/json_access.hpp"
#include "common/ascii.hpp"

#include <algorithm>
#include <string_view>

namespace mcpm::cli {

namespace {

// Words that YAML 1.1 readers take for booleans or null; still quoted, because such readers are many.
bool is_reserved_word(std::string_view value) {
    const std::string lower = ascii::lowered(value);
    static constexpr std::string_view words[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
    return std::find(std::begin(words), std::end(words), lower) != std::end(words);
}

// Plain only when it starts with a letter, '/' or '_' and holds nothing YAML or a terminal could read
// otherwise.
bool is_plain(std::string_view value) {
    if (value.empty() || value.back() == ' ' || is_reserved_word(value)) return false;
    const char first = value.front();
    if (!ascii::is_letter(first) && first != '/' && first != '_') return false;
    return std::all_of(value.begin(), value.end(), [](char letter) {
        return ascii::is_letter_or_digit(letter) ||
               std::string_view(" _-./@+=()").find(letter) != std::string_view::npos;
    });
}

// A JSON string is a valid double-quoted YAML scalar.
std::string scalar(const Json& json) {
    if (json.is_string() && is_plain(json.get_ref<const std::string&>())) return json.get<std::string>();
    return compact(json);
}

void emit(std::string& out, const Json& json, std::size_t indent);

void emit_value(std::string& out, const Json& json, std::size_t indent, bool in_list) {
    if (!json.is_structured() || json.empty()) {
        out += ' ';
        out += json.is_structured() ? compact(json) : scalar(json);
        out += '\n';
        return;
    }
    if (in_list) {  // the first key stands behind the dash
        out += ' ';
        std::string nested;
        emit(nested, json, indent);
        out += nested.substr(indent);
        return;
    }
    out += '\n';
    emit(out, json, indent);
}

void emit(std::string& out, const Json& json, std::size_t indent) {
    if (json.is_object()) {
        for (const auto& [key, value] : json.items()) {
            out.append(indent, ' ');
            out += scalar(Json(key)) + ":";
            emit_value(out, value, indent + 2, false);
        }
        return;
    }
    for (const Json& value : json) {
        out.append(indent, ' ');
        out += '-';
        emit_value(out, value, indent + 2, true);
    }
}

}  // namespace

std::string to_yaml(const Json& json) {
    if (!json.is_structured() || json.empty())
        return (json.is_structured() ? compact(json) : scalar(json)) + "\n";
    std::string out;
    emit(out, json, 0);
    return out;
}

}  // namespace mcpm::cli
