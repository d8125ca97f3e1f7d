#include "common/hidden_values.hpp"

#include <algorithm>

namespace mcpm {

namespace {

constexpr std::string_view mask = "***";
/// "}" and "-----" of a key in PEM or JSON stand in many texts.
constexpr std::size_t shortest_line = 8;

}  // namespace

void HiddenValues::add(const std::vector<std::string>& values) {
    for (const std::string& value : values) {
        add_one(value, shortest);
        if (value.find('\n') == std::string::npos) continue;
        for (std::string_view rest = value; !rest.empty();) {
            const auto end = std::min(rest.find('\n'), rest.size());
            std::string_view line = rest.substr(0, end);
            if (line.ends_with('\r')) line.remove_suffix(1);
            add_one(line, shortest_line);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
}

void HiddenValues::add_one(std::string_view value, std::size_t at_least) {
    if (value.size() < at_least) return;
    if (std::find(values_.begin(), values_.end(), value) != values_.end()) return;
    const auto place = std::find_if(values_.begin(), values_.end(),
                                    [&](const std::string& other) { return other.size() < value.size(); });
    values_.emplace(place, value);
}

std::string HiddenValues::hide(std::string text) const {
    for (const std::string& value : values_) {
        for (auto at = text.find(value); at != std::string::npos; at = text.find(value, at + mask.size()))
            text.replace(at, value.size(), mask);
    }
    return text;
}

bool HiddenValues::is_in(std::string_view text) const {
    return std::any_of(values_.begin(), values_.end(),
                       [&](const std::string& value) { return text.find(value) != std::string_view::npos; });
}

}  // namespace mcpm
