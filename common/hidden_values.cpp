#include "common/hidden_values.hpp"

#include "common/encodings.hpp"
#include "common/words.hpp"

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
        add_encoded(value);
        if (value.find('\n') == std::string::npos) continue;
        for (std::string_view rest = value; !rest.empty();) {
            std::string_view line = take_line(rest);
            if (line.ends_with('\r')) line.remove_suffix(1);
            add_one(line, shortest_line);
        }
    }
}

void HiddenValues::add_encoded(std::string_view value) {
    if (value.size() < shortest) return;
    for (const auto& forms : {percent_forms(value), json_forms(value), markup_forms(value)})
        for (const auto& form : forms) add_one(form, shortest);
    // A few letters of base64 stand in many texts, and a few digits.
    for (const auto& part : base64_within(value)) add_one(part, shortest_line);
    for (const auto hex : {Hex::lower, Hex::upper}) add_one(in_hex(value, hex), 2 * shortest);
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

HiddenValues::Begun HiddenValues::begun_at_end(std::string_view text) const {
    Begun begun;
    std::size_t longest = 0;
    for (const std::string& value : values_) {
        for (std::size_t bytes = std::min(value.size() - 1, text.size()); bytes > 0 && bytes >= longest;
             --bytes) {
            if (!text.ends_with(std::string_view(value).substr(0, bytes))) continue;
            if (bytes > longest) begun.rests.clear();
            longest = bytes;
            begun.rests.push_back(value.substr(bytes));
            break;
        }
    }
    if (longest >= shortest) begun.bytes = longest;
    return begun;
}

bool HiddenValues::is_in(std::string_view text) const {
    return std::any_of(values_.begin(), values_.end(),
                       [&](const std::string& value) { return text.find(value) != std::string_view::npos; });
}

}  // namespace mcpm
