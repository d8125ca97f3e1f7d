#include "cli/json_access.hpp"

#include <fmt/format.h>

namespace mcpm::cli {

namespace {

const Json nothing = nullptr;

// Code points that JSON may carry raw and a terminal would obey; all are below U+FFFF.
bool obeyed_by_terminals(unsigned code_point) {
    return code_point == 0x7f || (code_point >= 0x80 && code_point <= 0x9f) ||
           (code_point >= 0x200e && code_point <= 0x200f) || (code_point >= 0x202a && code_point <= 0x202e) ||
           (code_point >= 0x2066 && code_point <= 0x2069);
}

// `dumped` is valid UTF-8 (the serializer replaced the rest), so a lead byte tells its length.
std::string escape_controls(const std::string& dumped) {
    std::string out;
    out.reserve(dumped.size());
    for (std::size_t at = 0; at < dumped.size();) {
        const auto lead = static_cast<unsigned char>(dumped[at]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        unsigned code_point = length == 1 ? lead : length == 2 ? lead & 0x1fu : lead & 0x0fu;
        for (std::size_t next = 1; next < length && at + next < dumped.size(); ++next) {
            code_point = (code_point << 6) | (static_cast<unsigned char>(dumped[at + next]) & 0x3fu);
        }
        if (length < 4 && obeyed_by_terminals(code_point)) {
            out += fmt::format("\\u{:04x}", code_point);
        } else {
            out.append(dumped, at, length);
        }
        at += length;
    }
    return out;
}

}  // namespace

const Json& member(const Json& object, std::string_view key) {
    if (!object.is_object()) return nothing;
    const auto found = object.find(std::string(key));
    return found == object.end() ? nothing : *found;
}

std::string text(const Json& object, std::string_view key) {
    const Json& value = member(object, key);
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number() || value.is_boolean()) return value.dump();
    return {};
}

std::optional<std::int64_t> integer(const Json& object, std::string_view key) {
    const Json& value = member(object, key);
    if (!value.is_number_integer()) return std::nullopt;
    return value.get<std::int64_t>();
}

std::optional<double> number(const Json& object, std::string_view key) {
    const Json& value = member(object, key);
    if (!value.is_number()) return std::nullopt;
    return value.get<double>();
}

bool is_true(const Json& object, std::string_view key) {
    const Json& value = member(object, key);
    return value.is_boolean() && value.get<bool>();
}

std::string pretty(const Json& json) {
    return escape_controls(json.dump(2, ' ', false, Json::error_handler_t::replace));
}

std::string compact(const Json& json) {
    return escape_controls(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace mcpm::cli
