#include "common/redaction.hpp"

#include "common/whole_characters.hpp"
#include "common/wire_fields.hpp"

#include <algorithm>
#include <array>

namespace mcpm {

namespace {

using wire::Json;

constexpr std::string_view mask = "***";
constexpr std::size_t longest_looked_through = std::size_t{64} << 10U;

/// Members of MCP itself that only sound like a secret.
bool is_of_protocol(std::string_view name) {
    constexpr std::array<std::string_view, 2> known{"progressToken", "stopReason"};
    return std::find(known.begin(), known.end(), name) != known.end();
}

void hide(Json& json) {
    if (json.is_string() && !json.get_ref<const std::string&>().empty()) json = mask;
    if (json.is_number()) json = mask;
    if (json.is_array()) {
        for (auto& one : json) hide(one);
    }
}

std::string only_size_of(std::string_view text) {
    return "(" + std::to_string(text.size()) + " bytes)";
}

}  // namespace

void redact(Json& json, const HiddenValues& secrets) {
    if (json.is_string()) {
        json = secrets.hide(json.get<std::string>());
    } else if (json.is_array()) {
        for (auto& one : json) redact(one, secrets);
    } else if (json.is_object()) {
        for (auto& [name, value] : json.items()) {
            redact(value, secrets);
            if (wire::looks_secret(name) && !is_of_protocol(name)) hide(value);
        }
    }
}

std::string redacted_json(std::string_view text, const HiddenValues& secrets, std::size_t most) {
    if (text.size() > longest_looked_through) return only_size_of(text);
    auto json = wire::parse_answer(text);
    if (!json) return only_size_of(text);
    redact(*json, secrets);
    std::string shown = json->dump(-1, ' ', false, Json::error_handler_t::replace);
    shown.resize(whole_characters(shown, most).size());
    return shown;
}

}  // namespace mcpm
