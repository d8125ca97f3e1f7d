// Text cut into words and lines, and freed of the blanks around it. Views, but for split_words(). Pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

constexpr std::string_view trimmed(std::string_view text, std::string_view blanks = " \t") {
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Takes the text before the next `separator` off, and the separator with it.
constexpr std::string_view take_word(std::string_view& text, char separator = ' ') {
    const auto end = std::min(text.find(separator), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

/// Takes the next line off, and its newline with it.
constexpr std::string_view take_line(std::string_view& text) {
    return take_word(text, '\n');
}

/// What stands between the separators; nothing for two in a row.
inline std::vector<std::string> split_words(std::string_view text, char separator = ' ') {
    std::vector<std::string> words;
    while (!text.empty()) {
        if (const auto word = take_word(text, separator); !word.empty()) words.emplace_back(word);
    }
    return words;
}

}  // namespace mcpm
