#include "cli/global_options.hpp"

#include "cli/commands.hpp"
#include "cli/suggestion.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace mcpm::cli {

namespace {

// Before the command nobody knows which options it has; these take a value in all of them.
constexpr std::array<std::string_view, 5> with_value{"-o", "--output", "--format", "--timeout", "--sort-by"};

using Words = std::vector<std::string>;

Result<> take_colour(const std::string& word, GlobalOptions& options) {
    if (word == "always") {
        options.colour = ColourWish::always;
    } else if (word == "never") {
        options.colour = ColourWish::never;
    } else if (word != "auto") {
        return Error{ErrorCode::validation_error,
                     "--color: '" + word + "' is none of auto, always, never",
                     {},
                     did_you_mean(word, {"auto", "always", "never"})};
    }
    return {};
}

/// How many words at `at` were taken; 0 when it is another option's.
Result<std::size_t> take_one(const Words& words, std::size_t at, GlobalOptions& options) {
    const std::string& word = words[at];
    if (word == "--debug") {
        options.debug = true;
        return std::size_t{1};
    }
    if (word == "--no-pager") {
        options.no_pager = true;
        return std::size_t{1};
    }
    for (const std::string_view name : {"--color", "--colour"}) {
        if (word == name) {
            const bool has_value = at + 1 < words.size();
            const auto taken = take_colour(has_value ? words[at + 1] : "", options);
            if (!taken) return taken.error();
            return std::size_t{2};
        }
        if (!word.starts_with(std::string(name) + "=")) continue;
        const auto taken = take_colour(word.substr(name.size() + 1), options);
        if (!taken) return taken.error();
        return std::size_t{1};
    }
    return std::size_t{0};
}

/// Options in front of the command, as long as the command itself is to come.
Words take_leading(Words& words) {
    Words leading;
    std::size_t at = 0;
    while (at < words.size() && words[at].size() > 1 && words[at][0] == '-' && words[at] != "--") {
        leading.push_back(words[at]);
        const bool value = std::find(with_value.begin(), with_value.end(), words[at]) != with_value.end() &&
                           at + 1 < words.size();
        if (value) leading.push_back(words[++at]);
        ++at;
    }
    if (at == words.size()) return {};  // nothing but options: they are the first page's
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(at));
    return leading;
}

}  // namespace

Result<GlobalOptions> take_global_options(Words& words) {
    GlobalOptions options;
    Words left;
    std::size_t at = 0;
    while (at < words.size() && words[at] != "--") {
        const auto taken = take_one(words, at, options);
        if (!taken) return taken.error();
        if (*taken == 0) left.push_back(words[at]);
        at += std::max<std::size_t>(*taken, 1);
    }
    if (at < words.size())
        left.insert(left.end(), words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
    words = std::move(left);
    const Words leading = take_leading(words);
    if (leading.empty()) return options;
    const auto chosen = choose_command(words);
    const auto behind = words.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(chosen.words, 1));
    words.insert(behind, leading.begin(), leading.end());
    return options;
}

}  // namespace mcpm::cli
