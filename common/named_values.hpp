// How an enumeration has names on the wire: one table for both directions. A new enumerator is one row.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

template <typename Enum>
struct NamedValue {
    Enum value;
    std::string_view name;
};

/// Specialised for each enumeration that has one name per value.
template <typename Enum>
struct EnumNames;

template <typename Enum>
constexpr std::string_view name_of(Enum value) {
    for (const auto& row : EnumNames<Enum>::all)
        if (row.value == value) return row.name;
    return "unknown";
}

template <typename Enum>
constexpr std::optional<Enum> value_of(std::string_view name) {
    for (const auto& row : EnumNames<Enum>::all)
        if (row.name == name) return row.value;
    return std::nullopt;
}

/// Every name, in the order of its table.
template <typename Enum>
std::vector<std::string> every_name() {
    std::vector<std::string> names;
    for (const auto& row : EnumNames<Enum>::all) names.emplace_back(row.name);
    return names;
}

/// "always, on-failure or never", for messages.
template <typename Enum>
std::string list_names() {
    std::string text;
    const auto& all = EnumNames<Enum>::all;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i > 0) text += i + 1 == all.size() ? " or " : ", ";
        text += all[i].name;
    }
    return text;
}

}  // namespace mcpm
