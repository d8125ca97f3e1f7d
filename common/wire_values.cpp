#include "common/number.hpp"
#include "common/units.hpp"
#include "common/utf8.hpp"
#include "common/wire_fields.hpp"

#include <limits>

namespace mcpm::wire {

namespace {

constexpr std::size_t longest_shown = 64;

std::string visible(std::string_view text) {
    std::string out;
    while (!text.empty() && out.size() < longest_shown) {
        const CodePoint point = decode_utf8(text);
        const bool good = point.bytes != 0 && !is_control(point.value);
        out += good ? text.substr(0, point.bytes) : "?";
        text.remove_prefix(point.bytes == 0 ? 1 : point.bytes);
    }
    return text.empty() ? out : out + "…";
}

std::string found_kind(const Json& json) {
    switch (json.type()) {
        case Json::value_t::null:
            return "nothing (null)";
        case Json::value_t::object:
            return "an object";
        case Json::value_t::array:
            return "a list";
        case Json::value_t::string:
            return "\"" + visible(json.get_ref<const std::string&>()) + "\"";
        case Json::value_t::boolean:
            return json.get<bool>() ? "true" : "false";
        default:
            return json.dump();
    }
}

/// Whole numbers, as JSON numbers or (in text mode) in digits.
template <typename Number>
void read_whole(Reader& reader, const std::string& path, const Json& json, Number& out) {
    const auto number = whole_number(json);
    if (number && *number <= std::uint64_t{std::numeric_limits<Number>::max()}) {
        out = static_cast<Number>(*number);
        return;
    }
    if (reader.scalars == Scalars::text && json.is_string()) {
        const auto value = parse_number<Number>(json.get_ref<const std::string&>());
        if (value) {
            out = *value;
            return;
        }
    }
    reader.unexpected(path, "a whole number, not negative", json);
}

template <typename T>
void take(Reader& reader, const std::string& path, Result<T> parsed, T& out) {
    if (parsed)
        out = *parsed;
    else
        reader.problem(path, parsed.error().message);
}

}  // namespace

std::string join(const std::string& path, std::string_view key) {
    std::string shown = visible(key);
    return path.empty() ? shown : path + "." + shown;
}

std::optional<std::uint64_t> whole_number(const Json& json) {
    if (json.is_number_unsigned()) return json.get<std::uint64_t>();
    if (json.is_number_integer() && json.get<std::int64_t>() >= 0) return json.get<std::uint64_t>();
    return std::nullopt;
}

void Reader::unexpected(const std::string& path, std::string_view expected, const Json& found) {
    problem(path, "expected " + std::string(expected) + ", found " + found_kind(found));
}

void unknown_field(Reader& reader, const std::string& path, std::string_view key,
                   std::span<const std::string_view> known) {
    if (reader.unknown == UnknownFields::ignored) return;
    reader.problem(join(path, key), "unknown field \"" + visible(key) + "\"" + did_you_mean(key, known));
}

void read_value(Reader& reader, const std::string& path, const Json& json, std::string& out) {
    if (!json.is_string()) return reader.unexpected(path, "text", json);
    out = json.get_ref<const std::string&>();
}

void read_value(Reader& reader, const std::string& path, const Json& json, bool& out) {
    if (json.is_boolean()) {
        out = json.get<bool>();
        return;
    }
    if (reader.scalars == Scalars::text && (json == "true" || json == "false")) {
        out = json == "true";
        return;
    }
    reader.unexpected(path, "true or false", json);
}

void read_value(Reader& reader, const std::string& path, const Json& json, unsigned& out) {
    read_whole(reader, path, json, out);
}

void read_value(Reader& reader, const std::string& path, const Json& json, std::uint64_t& out) {
    read_whole(reader, path, json, out);
}

void read_value(Reader& reader, const std::string& path, const Json& json, int& out) {
    unsigned value = 0;
    read_whole(reader, path, json, value);
    if (value > static_cast<unsigned>(std::numeric_limits<int>::max()))
        return reader.unexpected(path, "a smaller number", json);
    out = static_cast<int>(value);
}

void read_value(Reader& reader, const std::string& path, const Json& json, double& out) {
    if (json.is_number()) {
        out = json.get<double>();
        return;
    }
    if (reader.scalars == Scalars::text && json.is_string()) {
        const auto value = parse_number<double>(json.get_ref<const std::string&>());
        if (value) {
            out = *value;
            return;
        }
    }
    reader.unexpected(path, "a number", json);
}

void read_value(Reader& reader, const std::string& path, const Json& json, Duration& out) {
    if (json.is_string()) return take(reader, path, parse_duration(json.get_ref<const std::string&>()), out);
    if (json.is_number()) return take(reader, path, parse_duration(json.dump()), out);
    reader.unexpected(path, "a time such as \"30s\"", json);
}

void read_value(Reader& reader, const std::string& path, const Json& json, Timestamp& out) {
    if (json.is_string()) return take(reader, path, parse_time(json.get_ref<const std::string&>()), out);
    reader.unexpected(path, "a time such as \"2026-11-22T18:19:51Z\"", json);
}

void read_value(Reader& reader, const std::string& path, const Json& json, std::vector<std::string>& out) {
    if (!json.is_array()) return reader.unexpected(path, "a list of texts", json);
    out.clear();
    out.reserve(json.size());
    for (std::size_t i = 0; i < json.size(); ++i) {
        if (json[i].is_string())
            out.push_back(json[i].get_ref<const std::string&>());
        else
            reader.unexpected(path + "[" + std::to_string(i) + "]", "text", json[i]);
    }
}

void read_value(Reader& reader, const std::string& path, const Json& json,
                std::map<std::string, std::string>& out) {
    if (!json.is_object()) return reader.unexpected(path, "an object of texts", json);
    out.clear();
    for (const auto& [key, value] : json.items()) {
        if (value.is_string())
            out[key] = value.get_ref<const std::string&>();
        else
            reader.unexpected(join(path, key), "text", value);
    }
}

Json write_value(const Duration& value) {
    return format_duration(value);
}
Json write_value(const Timestamp& value) {
    return format_time(value);
}

}  // namespace mcpm::wire
