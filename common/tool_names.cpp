#include "common/tool_names.hpp"

#include "common/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

namespace mcpm {

namespace {

constexpr std::size_t most_characters = 128;

/// What shows nothing and is no control character (those are is_control()): soft hyphen, joiners, marks of
/// direction, fillers, tags.
bool is_invisible(char32_t c) {
    constexpr std::array<std::pair<char32_t, char32_t>, 9> ranges{{{0xad, 0xad},
                                                                   {0x34f, 0x34f},
                                                                   {0x61c, 0x61c},
                                                                   {0x115f, 0x1160},
                                                                   {0x180b, 0x180f},
                                                                   {0x200b, 0x200f},
                                                                   {0x2060, 0x206f},
                                                                   {0xfeff, 0xfeff},
                                                                   {0xe0000, 0xe0fff}}};
    return is_control(c) || std::any_of(ranges.begin(), ranges.end(), [c](const auto& range) {
               return c >= range.first && c <= range.second;
           });
}

/// Takes the first character off; a byte that is none counts as itself, beyond all that are.
char32_t take(std::string_view& text) {
    const CodePoint first = decode_utf8(text);
    const char32_t value = first.bytes == 0 ? 0x110000 + static_cast<unsigned char>(text[0]) : first.value;
    text.remove_prefix(std::max(first.bytes, 1u));
    return value;
}

/// Of a set that `pattern` stands behind the '[' of: whether `c` is in it, and what follows it; nothing when
/// it does not end, and the '[' is a character.
struct Set {
    bool ends = false;
    bool has = false;
    std::string_view rest;
};
Set look_in_set(std::string_view pattern, char32_t c) {
    Set set;
    const bool is_negated = pattern.starts_with('!') || pattern.starts_with('^');
    if (is_negated) pattern.remove_prefix(1);
    for (bool is_first = true; !pattern.empty(); is_first = false) {
        if (pattern.front() == ']' && !is_first) {
            return {true, set.has != is_negated, pattern.substr(1)};
        }
        if (pattern.front() == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
        const char32_t low = take(pattern);
        char32_t high = low;
        if (pattern.size() > 1 && pattern[0] == '-' && pattern[1] != ']') {
            pattern.remove_prefix(1);
            if (pattern.front() == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
            high = take(pattern);
        }
        set.has = set.has || (c >= low && c <= high);
    }
    return {};
}

/// Whether the next of the pattern, which is no '*', takes the next character; both go on.
bool take_one(std::string_view& pattern, std::string_view& name) {
    if (pattern.empty() || name.empty()) return false;
    const char32_t c = take(name);
    if (pattern.front() == '[') {
        const Set set = look_in_set(pattern.substr(1), c);
        if (set.ends) pattern = set.rest;
        if (set.ends) return set.has;
    }
    if (pattern.front() == '?') {
        pattern.remove_prefix(1);
        return true;
    }
    if (pattern.front() == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
    return take(pattern) == c;
}

}  // namespace

bool is_lawful_tool_name(std::string_view name) {
    std::size_t characters = 0;
    if (name.empty() || name.front() == ' ' || name.back() == ' ') return false;
    while (!name.empty()) {
        if (name.front() >= ' ' && name.front() < '\x7f' && characters < most_characters) {
            ++characters;
            name.remove_prefix(1);
            continue;
        }
        const CodePoint first = decode_utf8(name);
        if (first.bytes == 0 || is_invisible(first.value) || ++characters > most_characters) return false;
        name.remove_prefix(first.bytes);
    }
    return true;
}

bool is_glob(std::string_view pattern) {
    return pattern.find_first_of("*?[\\") != std::string_view::npos;
}

bool glob_matches(std::string_view pattern, std::string_view name) {
    // Where the last '*' began, to let it take one character more: no step back goes beyond it.
    bool has_star = false;
    std::string_view behind_star, tried_from;
    for (;;) {
        if (pattern.starts_with('*')) {
            pattern.remove_prefix(1);
            has_star = true;
            behind_star = pattern;
            tried_from = name;
            continue;
        }
        if (pattern.empty() && name.empty()) return true;
        if (take_one(pattern, name)) continue;
        if (!has_star || tried_from.empty()) return false;
        take(tried_from);
        pattern = behind_star;
        name = tried_from;
    }
}

}  // namespace mcpm
