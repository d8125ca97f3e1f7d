#include "cli/server_names.hpp"

#include "common/fields/server_fields.hpp"

#include <algorithm>

namespace mcpm::cli {

namespace {

constexpr std::string_view id_mark = "srv_";
constexpr std::size_t id_length = 16;

bool is_beginning_of_id(std::string_view word) {
    return word.starts_with(id_mark) && word.size() > id_mark.size() && word.size() < id_length;
}

bool is_exact(const Json& server, std::string_view word) {
    return text(server, fields::server::name) == word || text(server, fields::server::id) == word;
}

Result<std::vector<std::string>> read_word(const Json& servers, const std::string& word) {
    std::vector<std::string> found;
    for (const Json& server : servers) {
        if (is_exact(server, word)) return std::vector<std::string>{word};
        const bool fits =
            is_pattern(word) ? matches_pattern(text(server, fields::server::name), word)
                             : is_beginning_of_id(word) && text(server, fields::server::id).starts_with(word);
        if (fits) found.push_back(text(server, fields::server::name));
    }
    if (is_pattern(word) && found.empty())
        return Error{ErrorCode::server_not_found,
                     "no server's name matches '" + word + "'",
                     {},
                     "`mcpm list` shows the servers there are"};
    if (!is_pattern(word) && found.size() > 1) {
        std::string all;
        for (const std::string& name : found) all += (all.empty() ? "" : ", ") + name;
        return Error{ErrorCode::validation_error, "several ids begin with " + word, {}, "they are of " + all};
    }
    if (found.empty()) found.push_back(word);
    return found;
}

}  // namespace

bool is_pattern(std::string_view word) {
    return word.find_first_of("*?") != std::string_view::npos;
}

bool needs_servers(std::string_view word) {
    return is_pattern(word) || is_beginning_of_id(word);
}

bool matches_pattern(std::string_view text, std::string_view pattern) {
    std::size_t at = 0;
    std::size_t in_pattern = 0;
    std::size_t star = std::string_view::npos;
    std::size_t after_star = 0;
    while (at < text.size()) {
        const bool fits = in_pattern < pattern.size() && pattern[in_pattern] != '*' &&
                          (pattern[in_pattern] == '?' || pattern[in_pattern] == text[at]);
        if (fits) {
            ++at;
            ++in_pattern;
        } else if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
            star = in_pattern++;
            after_star = at;
        } else if (star != std::string_view::npos) {
            in_pattern = star + 1;
            at = ++after_star;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

Result<std::vector<std::string>> named_servers(const Json& servers, const std::vector<std::string>& words) {
    std::vector<std::string> out;
    for (const std::string& word : words) {
        auto found = read_word(servers, word);
        if (!found) return found.error();
        for (std::string& name : *found) {
            if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
        }
    }
    return out;
}

}  // namespace mcpm::cli
