#include "common/ascii.hpp"
#include "common/log_format.hpp"

#include <algorithm>
#include <array>

namespace mcpm {
namespace {

// A level stands near the beginning of a line; what comes later is the message.
constexpr std::size_t word_reach = 96;
constexpr std::size_t key_reach = 512;

struct Name {
    std::string_view text;
    LogLevel level;
};
constexpr std::array names{
    Name{"trace", LogLevel::trace},  Name{"verbose", LogLevel::trace},    Name{"silly", LogLevel::trace},
    Name{"debug", LogLevel::debug},  Name{"dbg", LogLevel::debug},        Name{"fine", LogLevel::debug},
    Name{"info", LogLevel::info},    Name{"information", LogLevel::info}, Name{"inf", LogLevel::info},
    Name{"notice", LogLevel::info},  Name{"warn", LogLevel::warning},     Name{"warning", LogLevel::warning},
    Name{"wrn", LogLevel::warning},  Name{"error", LogLevel::error},      Name{"err", LogLevel::error},
    Name{"severe", LogLevel::error}, Name{"fatal", LogLevel::fatal},      Name{"critical", LogLevel::fatal},
    Name{"crit", LogLevel::fatal},   Name{"alert", LogLevel::fatal},      Name{"emergency", LogLevel::fatal},
    Name{"emerg", LogLevel::fatal},  Name{"panic", LogLevel::fatal},
};

bool same_folded(std::string_view text, std::string_view lower_case) {
    return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                      [](char a, char b) { return ascii::lower(a) == b; });
}

LogLevel level_of_number(std::string_view digits) {
    int value = 0;
    for (const char c : digits.substr(0, 3)) {
        if (!ascii::is_digit(c)) break;
        value = value * 10 + (c - '0');
    }
    if (value < 10) return LogLevel::unknown;
    if (value < 20) return LogLevel::trace;
    if (value < 30) return LogLevel::debug;
    if (value < 40) return LogLevel::info;
    if (value < 50) return LogLevel::warning;
    if (value < 60) return LogLevel::error;
    return LogLevel::fatal;
}

/// Without leading blanks and colour sequences.
std::string_view without_lead(std::string_view text) {
    while (!text.empty()) {
        if (text.front() == ' ' || text.front() == '\t') {
            text.remove_prefix(1);
        } else if (text.size() > 2 && text[0] == '\x1b' && text[1] == '[') {
            const auto end = text.substr(0, 32).find('m');
            if (end == text.npos) break;
            text.remove_prefix(end + 1);
        } else {
            break;
        }
    }
    return text;
}

/// The level in `"warn"`, `warn` or `40`, which is what stands behind a key.
LogLevel level_of_value(std::string_view value) {
    while (!value.empty() && (value.front() == ' ' || value.front() == '"' || value.front() == '\'')) {
        value.remove_prefix(1);
    }
    if (!value.empty() && ascii::is_digit(value.front())) return level_of_number(value);
    const auto end = std::find_if_not(value.begin(), value.end(), ascii::is_letter);
    return parse_level(value.substr(0, static_cast<std::size_t>(end - value.begin())))
        .value_or(LogLevel::unknown);
}

/// `separator` is ':' for JSON ("level": …) and '=' for logfmt (level=…).
LogLevel level_of_key(std::string_view text, char separator) {
    constexpr std::array<std::string_view, 5> keys{"level", "severity", "lvl", "levelname", "log.level"};
    text = text.substr(0, key_reach);
    for (const std::string_view key : keys) {
        for (auto at = text.find(key); at != text.npos; at = text.find(key, at + 1)) {
            std::string_view rest = text.substr(at + key.size());
            if (separator == ':') {
                if (at == 0 || text[at - 1] != '"' || !rest.starts_with('"')) continue;
                rest.remove_prefix(1);
                rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
            } else if (at != 0 && text[at - 1] != ' ') {
                continue;
            }
            if (!rest.starts_with(separator)) continue;
            const LogLevel level = level_of_value(rest.substr(1));
            if (level != LogLevel::unknown) return level;
        }
    }
    return LogLevel::unknown;
}

/// glog: a letter, then month and day: `E1122 18:19:51.123456 …`.
LogLevel level_of_glog(std::string_view text) {
    if (text.size() < 6 || text[5] != ' ' || !ascii::is_all_digits(text.substr(1, 4))) {
        return LogLevel::unknown;
    }
    switch (text[0]) {
        case 'D':
            return LogLevel::debug;
        case 'I':
            return LogLevel::info;
        case 'W':
            return LogLevel::warning;
        case 'E':
            return LogLevel::error;
        case 'F':
            return LogLevel::fatal;
        default:
            return LogLevel::unknown;
    }
}

struct Word {
    std::string_view text;
    char before;
    char after;
    bool first;
};

/// A level's name is taken as one in these surroundings: [error], <error>, ERROR, Error:, and `error:` as
/// first word.
LogLevel level_of_word(const Word& word) {
    const bool upper = std::all_of(word.text.begin(), word.text.end(), ascii::is_upper);
    const bool bracketed = (word.before == '[' && (word.after == ']' || word.after == ' ')) ||
                           (word.before == '<' && word.after == '>') ||
                           (word.before == '(' && word.after == ')');
    const bool heading = word.after == ':' && (word.first || ascii::is_upper(word.text.front()));
    const bool npm = word.after == '!' && upper;
    const bool whole = word.before != '=' && word.before != '/' && word.before != '-' && word.before != '_' &&
                       word.before != '.' && word.after != '/' && word.after != '_' && word.after != '=' &&
                       word.after != '-' && word.after != '.' && !ascii::is_digit(word.before) &&
                       !ascii::is_digit(word.after);
    if (!bracketed && !npm && !(whole && (heading || upper))) return LogLevel::unknown;
    if (const auto level = parse_level(word.text)) return *level;
    // "TypeError: x is not a function", "java.lang.IllegalStateException: …"
    if (heading && word.first && (word.text.ends_with("Error") || word.text.ends_with("Exception"))) {
        return LogLevel::error;
    }
    return LogLevel::unknown;
}

LogLevel level_of_words(std::string_view text) {
    bool first = true;
    for (std::size_t at = 0; at < std::min(text.size(), word_reach);) {
        if (!ascii::is_letter(text[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && end - at < 64 && ascii::is_letter(text[end])) ++end;
        const Word word{text.substr(at, end - at), at == 0 ? ' ' : text[at - 1],
                        end < text.size() ? text[end] : ' ', first};
        const LogLevel level = level_of_word(word);
        if (level != LogLevel::unknown) return level;
        // A colour sequence's final letter is no word.
        const bool sequence_end =
            word.text.size() == 1 && (ascii::is_digit(word.before) || word.before == '[');
        if (!sequence_end) first = false;
        at = end;
    }
    return LogLevel::unknown;
}

}  // namespace

std::optional<LogLevel> parse_level(std::string_view name) {
    if (name.size() < 3 || name.size() > 11) return std::nullopt;
    for (const Name& known : names) {
        if (known.text.size() == name.size() && same_folded(name, known.text)) return known.level;
    }
    return std::nullopt;
}

LogLevel detect_level(std::string_view text) {
    text = without_lead(text);
    if (text.empty()) return LogLevel::unknown;
    if (text.front() == '{') return level_of_key(text, ':');
    LogLevel level = level_of_glog(text);
    if (level == LogLevel::unknown) level = level_of_key(text, '=');
    if (level == LogLevel::unknown) level = level_of_words(text);
    if (level == LogLevel::unknown && text.starts_with("Traceback (most recent call last)"))
        level = LogLevel::error;
    return level;
}

}  // namespace mcpm
