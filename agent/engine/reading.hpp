// Looking into foreign JSON without a throw. Internal to the room.
#pragma once

#include <nlohmann/json.hpp>

#include <concepts>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::engine {

using Json = nlohmann::json;

/// Discarded when it is no JSON.
inline Json parse_json(std::string_view text) {
    return Json::parse(text.begin(), text.end(), nullptr, false);
}

/// A null for what is not there.
inline const Json& member(const Json& object, const char* key) {
    static const Json nothing;
    if (!object.is_object()) return nothing;
    const auto found = object.find(key);
    return found == object.end() ? nothing : *found;
}

inline std::string text_in(const Json& object, const char* key) {
    const Json& value = member(object, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

inline bool is_true(const Json& object, const char* key) {
    const Json& value = member(object, key);
    return value.is_boolean() && value.get<bool>();
}

/// 0 for what is no number, or does not fit.
template <std::integral Number>
Number number_in(const Json& object, const char* key) {
    const Json& value = member(object, key);
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        return number <= static_cast<std::uint64_t>(std::numeric_limits<Number>::max())
                   ? static_cast<Number>(number)
                   : Number{0};
    }
    if (!value.is_number_integer()) return 0;
    const auto number = value.get<std::int64_t>();
    return std::in_range<Number>(number) ? static_cast<Number>(number) : Number{0};
}

inline std::map<std::string, std::string> texts_in(const Json& object, const char* key) {
    std::map<std::string, std::string> texts;
    const Json& map = member(object, key);
    if (!map.is_object()) return texts;
    for (const auto& [name, value] : map.items())
        if (value.is_string()) texts.emplace(name, value.get<std::string>());
    return texts;
}

inline std::vector<std::string> list_in(const Json& object, const char* key) {
    std::vector<std::string> list;
    const Json& array = member(object, key);
    if (!array.is_array()) return list;
    for (const auto& value : array)
        if (value.is_string()) list.push_back(value.get<std::string>());
    return list;
}

}  // namespace mcpm::engine
