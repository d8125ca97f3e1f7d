#include "common/json_comments.hpp"

#include <algorithm>
#include <cstddef>

namespace mcpm {

namespace {

/// The position behind the string that begins at `at`.
std::size_t behind_string(std::string_view text, std::size_t at) {
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
    }
    return std::min(at + 1, text.size());
}

std::size_t behind_comment(std::string_view text, std::size_t at) {
    const bool is_line = text[at + 1] == '/';
    const std::size_t end = is_line ? text.find('\n', at) : text.find("*/", at + 2);
    if (end == std::string_view::npos) return text.size();
    return is_line ? end : end + 2;
}

}  // namespace

std::string without_json_comments(std::string_view text) {
    std::string out(text);
    std::size_t at = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
    bool is_object = false;
    while (at < text.size()) {
        const bool is_comment =
            text[at] == '/' && at + 1 < text.size() && (text[at + 1] == '/' || text[at + 1] == '*');
        if (is_comment) {
            const std::size_t end = behind_comment(text, at);
            for (; at < end; ++at) {
                if (text[at] != '\n') out[at] = ' ';
            }
            continue;
        }
        const bool is_blank = text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n';
        if (!is_object && !is_blank && text[at] != '{') return std::string(text);
        is_object = is_object || text[at] == '{';
        if (text[at] == '\t') out[at] = ' ';
        at = text[at] == '"' ? behind_string(text, at) : at + 1;
    }
    return out;
}

}  // namespace mcpm
