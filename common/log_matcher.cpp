#include "common/log_matcher.hpp"

#include <string.h>

#include <algorithm>
#include <charconv>

namespace mcpm {
namespace {

constexpr std::string_view special = ".[(^$|)*+?{";

unsigned char fold(char c) {
    return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/// The position behind a bracket expression that begins at `at`.
std::size_t behind_bracket(std::string_view pattern, std::size_t at) {
    ++at;
    if (at < pattern.size() && pattern[at] == '^') ++at;
    if (at < pattern.size() && pattern[at] == ']') ++at;
    while (at < pattern.size() && pattern[at] != ']') {
        const bool nested = pattern[at] == '[' && at + 1 < pattern.size() &&
                            std::string_view(":.=").find(pattern[at + 1]) != std::string_view::npos;
        const auto close = nested ? pattern.find(std::string{pattern[at + 1], ']'}, at + 2) : pattern.npos;
        at = close == pattern.npos ? at + 1 : close + 2;
    }
    return std::min(at + 1, pattern.size());
}

/// The position behind a group that begins at `at`.
std::size_t behind_group(std::string_view pattern, std::size_t at) {
    std::size_t depth = 0;
    while (at < pattern.size()) {
        const char c = pattern[at];
        if (c == '[') {
            at = behind_bracket(pattern, at);
            continue;
        }
        if (c == '\\') ++at;
        if (c == '(') ++depth;
        if (c == ')' && --depth == 0) return at + 1;
        ++at;
    }
    return pattern.size();
}

/// Why the pattern may not be compiled, or empty.
std::string refusal(std::string_view pattern) {
    if (pattern.size() > LogMatcher::pattern_limit) {
        return "it is longer than " + std::to_string(LogMatcher::pattern_limit) + " bytes";
    }
    if (pattern.find('\0') != pattern.npos) return "it contains a NUL";
    unsigned long repeats = 1;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] == '[') {
            at = behind_bracket(pattern, at) - 1;
        } else if (pattern[at] == '\\' && at + 1 < pattern.size()) {
            ++at;
            if (pattern[at] >= '1' && pattern[at] <= '9') return "back-references are not supported";
        } else if (pattern[at] == '{') {
            unsigned long most = 0;
            for (const char* p = pattern.data() + at + 1; p < pattern.data() + pattern.size() && *p != '}';
                 ++p) {
                unsigned long n = 0;
                const auto read = std::from_chars(p, pattern.data() + pattern.size(), n);
                if (read.ptr == p) continue;
                most = std::max(most, std::min(n, 100000ul));
                p = read.ptr - 1;
            }
            repeats *= std::max(most, 1ul);
            if (repeats > LogMatcher::repeat_limit) {
                return "its repeats come to more than " + std::to_string(LogMatcher::repeat_limit);
            }
        }
    }
    return {};
}

}  // namespace

TextFinder::TextFinder(std::string text, bool ignore_case)
    : text_(std::move(text)), ignore_case_(ignore_case) {
    if (!ignore_case_) return;
    for (char& c : text_) c = static_cast<char>(fold(c));
    const std::size_t length = std::min<std::size_t>(text_.size(), 65535);
    skip_.fill(static_cast<unsigned short>(length));
    for (std::size_t i = 0; i + 1 < length; ++i) {
        const auto distance = static_cast<unsigned short>(length - 1 - i);
        const auto c = static_cast<unsigned char>(text_[i]);
        skip_[c] = distance;
        if (c >= 'a' && c <= 'z') skip_[c - 32u] = distance;
    }
}

std::size_t TextFinder::find(std::string_view in, std::size_t from) const {
    if (text_.empty() || from >= in.size()) return in.npos;
    if (!ignore_case_) {
        const void* hit = ::memmem(in.data() + from, in.size() - from, text_.data(), text_.size());
        return hit == nullptr ? in.npos : static_cast<std::size_t>(static_cast<const char*>(hit) - in.data());
    }
    const std::size_t length = text_.size();
    const std::size_t last = std::min<std::size_t>(length, 65535) - 1;
    const auto ending = static_cast<unsigned char>(text_[last]);
    while (from + length <= in.size()) {
        const char c = in[from + last];
        if (fold(c) == ending) {
            std::size_t same = 0;
            while (same < length && fold(in[from + same]) == static_cast<unsigned char>(text_[same])) ++same;
            if (same == length) return from;
        }
        from += skip_[static_cast<unsigned char>(c)];
    }
    return in.npos;
}

std::string required_literal(std::string_view pattern) {
    std::string best, run;
    const auto end_run = [&] {
        if (run.size() > best.size()) best = run;
        run.clear();
    };
    for (std::size_t at = 0; at < pattern.size();) {
        char c = pattern[at];
        if (c == '|') return {};  // either side may be missing
        if (c == '(' || c == '[') {
            end_run();
            at = c == '(' ? behind_group(pattern, at) : behind_bracket(pattern, at);
            continue;
        }
        if (c == '*' || c == '?' || c == '{') {
            // What stands before it may be missing.
            if (!run.empty()) run.pop_back();
            end_run();
            at = c == '{' ? std::min(pattern.find('}', at), pattern.size() - 1) + 1 : at + 1;
            continue;
        }
        bool literal = special.find(c) == special.npos;
        if (c == '\\' && at + 1 < pattern.size()) {
            c = pattern[++at];
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            literal = !letter && c != '<' && c != '>' && c != '`' &&
                      c != '\'';  // \w, \b, \< are operators of glibc
        }
        if (literal) {
            run += c;
        } else {
            end_run();
        }
        ++at;
    }
    end_run();
    return best;
}

void LogMatcher::FreeRegex::operator()(regex_t* regex) const {
    ::regfree(regex);
    delete regex;
}

Result<LogMatcher> LogMatcher::create(const std::string& text, const std::string& pattern, bool ignore_case) {
    if (text.size() > pattern_limit) {
        return Error{ErrorCode::validation_error,
                     "text: longer than " + std::to_string(pattern_limit) + " bytes"};
    }
    LogMatcher matcher(TextFinder(text, ignore_case), TextFinder(required_literal(pattern), ignore_case));
    if (pattern.empty()) return matcher;
    if (const std::string why = refusal(pattern); !why.empty()) {
        return Error{ErrorCode::validation_error, "pattern: cannot use the regular expression: " + why};
    }
    auto regex = std::make_unique<regex_t>();
    const int failed =
        ::regcomp(regex.get(), pattern.c_str(), REG_EXTENDED | REG_NOSUB | (ignore_case ? REG_ICASE : 0));
    if (failed != 0) {
        char why[256] = "";
        ::regerror(failed, regex.get(), why, sizeof why);
        return Error{ErrorCode::validation_error,
                     std::string("pattern: cannot read the regular expression: ") + why};
    }
    matcher.pattern_.reset(regex.release());
    return matcher;
}

bool LogMatcher::matches(std::string_view text) const {
    if (!text_.is_empty() && text_.find(text, 0) == text.npos) return false;
    if (!pattern_) return true;
    if (!literal_.is_empty() && literal_.find(text, 0) == text.npos) return false;
    regmatch_t whole{};
    whole.rm_so = 0;
    whole.rm_eo = static_cast<regoff_t>(text.size());
    return ::regexec(pattern_.get(), text.empty() ? "" : text.data(), 1, &whole, REG_STARTEND) == 0;
}

}  // namespace mcpm
