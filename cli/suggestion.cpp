#include "cli/suggestion.hpp"

#include "common/suggest.hpp"

#include <algorithm>
#include <array>

namespace mcpm::cli {

namespace {

constexpr std::array<std::string_view, 12> dangerous{"stop",    "remove",  "rm",     "uninstall",
                                                     "disable", "down",    "revoke", "delete",
                                                     "restart", "restore", "logout", "deny"};

bool is_dangerous(std::string_view word) {
    return std::find(dangerous.begin(), dangerous.end(), word) != dangerous.end();
}

}  // namespace

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& known) {
    std::vector<std::string_view> words;
    for (const std::string& word : known) {
        if (word != typed) words.push_back(word);
    }
    const auto found = closest(typed, words);
    return found ? "did you mean '" + *found + "'?" : std::string();
}

std::string did_you_mean_command(std::string_view typed, const std::vector<std::string>& known) {
    std::vector<std::string> words;
    for (const std::string& word : known) {
        const bool is_slip = !word.empty() && !typed.empty() && word[0] == typed[0] &&
                             edit_distance(typed, word) <= 2 && typed.size() + 1 >= word.size();
        if (!is_dangerous(word) || is_slip) words.push_back(word);
    }
    // Half of a short word changed is another word.
    const std::string found = did_you_mean(typed, words);
    const bool is_far = typed.size() < 5 && !found.empty() &&
                        std::none_of(words.begin(), words.end(), [&](const std::string& word) {
                            return found.find("'" + word + "'") != std::string::npos &&
                                   (edit_distance(typed, word) <= 1 || word.starts_with(typed));
                        });
    return is_far ? std::string() : found;
}

}  // namespace mcpm::cli
