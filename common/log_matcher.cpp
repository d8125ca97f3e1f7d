#include "common/log_matcher.hpp"

#include "common/ascii.hpp"

#include <string.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <re2/re2.h>
#include <utility>

namespace mcpm {
namespace {

constexpr std::string_view special = ".[(^$|)*+?{";

// The most common bytes of a log, those of each record's prefix first; any other is rarer.
constexpr std::string_view common_bytes =
    " 0123456789:-.TZFstdouerainlcmphg,/=\"_[](){}fybwvkxjqzEASIRNOLDCUMPHG";

constexpr std::size_t stride = 64;            // places looked at in one step
constexpr std::size_t most_looked_at = 4096;  // in vain, in one call

using Lanes = unsigned char __attribute__((vector_size(16)));
using Hits = std::array<std::uint64_t, stride / sizeof(std::uint64_t)>;

std::size_t commonness(char c) {
    const std::size_t at = common_bytes.find(c);
    return at == common_bytes.npos ? 0 : common_bytes.size() - at;
}

/// All bits in those of the sixteen bytes at `place` that are `value` when `set` is set.
Lanes lanes_with(const char* place, unsigned char value, unsigned char set) {
    Lanes lanes;
    ::memcpy(&lanes, place, sizeof lanes);
    return reinterpret_cast<Lanes>((lanes | set) == value);
}

bool has_any(const Hits& hits) {
    std::uint64_t any = 0;
    for (const std::uint64_t word : hits) any |= word;
    return any != 0;
}

bool has_lane(const Hits& hits, std::size_t lane) {
    unsigned char byte = 0;
    ::memcpy(&byte, reinterpret_cast<const char*>(hits.data()) + lane, 1);
    return byte != 0;
}

/// The position behind a bracket expression that begins at `at`.
std::size_t behind_bracket(std::string_view pattern, std::size_t at) {
    ++at;
    if (at < pattern.size() && pattern[at] == '^') ++at;
    if (at < pattern.size() && pattern[at] == ']') ++at;
    while (at < pattern.size() && pattern[at] != ']') {
        if (pattern[at] == '\\') {
            at += 2;
            continue;
        }
        const bool nested = pattern.substr(at).starts_with("[:");
        const auto close = nested ? pattern.find(":]", at + 2) : pattern.npos;
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

/// Escapes of one character that stand for a class or a place; what others stand for goes on behind them.
constexpr std::string_view short_escapes = "dDwWsSbBAzfnrtva";
/// What RE2 may use before it falls back on slower steps, which need little.
constexpr std::int64_t most_memory = 4 << 20;

/// Whether what a pattern requires is hard to see: flags, names and looks of groups, long escapes.
bool is_hard_to_see(std::string_view pattern) {
    if (pattern.find("(?") != pattern.npos) return true;
    for (std::size_t at = 0; at + 1 < pattern.size(); ++at) {
        if (pattern[at] != '\\') continue;
        const char c = pattern[++at];
        if (ascii::is_letter_or_digit(c) && short_escapes.find(c) == short_escapes.npos) return true;
    }
    return false;
}

}  // namespace

TextFinder::TextFinder(std::string text, bool ignore_case)
    : text_(std::move(text)), ignore_case_(ignore_case) {
    if (text_.empty()) return;
    if (ignore_case_) std::transform(text_.begin(), text_.end(), text_.begin(), ascii::lower);
    std::size_t rarest = 0, second = text_.size() - 1;
    for (std::size_t i = 1; i < text_.size(); ++i) {
        if (commonness(text_[i]) < commonness(text_[rarest])) rarest = i;
    }
    for (std::size_t i = 0; i < text_.size(); ++i) {
        if (text_[i] != text_[rarest] &&
            (second == rarest || commonness(text_[i]) < commonness(text_[second])))
            second = i;
    }
    rarest_ = probe(rarest);
    second_ = probe(second);
}

TextFinder::Probe TextFinder::probe(std::size_t at) const {
    const char c = text_[at];
    // Setting one bit folds a letter and makes no other byte the same as a small letter.
    const bool folds = ignore_case_ && ascii::is_lower(c);
    return {at, static_cast<unsigned char>(c), static_cast<unsigned char>(folds ? 0x20 : 0)};
}

bool TextFinder::is_at(const char* place) const {
    if (!ignore_case_) return ::memcmp(place, text_.data(), text_.size()) == 0;
    return std::equal(text_.begin(), text_.end(), place,
                      [](char ours, char theirs) { return ours == ascii::lower(theirs); });
}

std::size_t TextFinder::find(std::string_view in, std::size_t from) const {
    if (text_.empty() || from > in.size() || in.size() - from < text_.size()) return in.npos;
    const std::size_t last = in.size() - text_.size();
    std::size_t looked_at = 0;
    for (; from + stride - 1 <= last; from += stride) {
        const char* const place = in.data() + from;
        Hits hits{};
        for (std::size_t part = 0; part < stride; part += sizeof(Lanes)) {
            const Lanes both = lanes_with(place + rarest_.at + part, rarest_.value, rarest_.fold) &
                               lanes_with(place + second_.at + part, second_.value, second_.fold);
            ::memcpy(hits.data() + part / sizeof(std::uint64_t), &both, sizeof both);
        }
        if (!has_any(hits)) continue;
        for (std::size_t i = 0; i < stride; ++i) {
            if (!has_lane(hits, i)) continue;
            if (is_at(place + i)) return from + i;
            ++looked_at;
        }
        // In what its bytes are not rare in, glibc's search is the better one: it never takes longer than
        // linear.
        if (!ignore_case_ && looked_at > most_looked_at) {
            const void* hit = ::memmem(place + stride, in.size() - from - stride, text_.data(), text_.size());
            return hit == nullptr ? in.npos
                                  : static_cast<std::size_t>(static_cast<const char*>(hit) - in.data());
        }
    }
    for (; from <= last; ++from) {
        if (is_at(in.data() + from)) return from;
    }
    return in.npos;
}

std::string required_literal(std::string_view pattern) {
    std::string best, run;
    if (is_hard_to_see(pattern)) return best;
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
            literal = !ascii::is_letter_or_digit(c);
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

std::string foldable_part(std::string_view text) {
    std::string_view best;
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = begin;
        while (end < text.size() && static_cast<unsigned char>(text[end]) < 0x80 &&
               ascii::lower(text[end]) != 'k' && ascii::lower(text[end]) != 's')
            ++end;
        if (end - begin > best.size()) best = text.substr(begin, end - begin);
        begin = end + 1;
    }
    return std::string(best);
}

void LogMatcher::Free::operator()(re2::RE2* regex) const {
    delete regex;
}

Result<LogMatcher::Regex> LogMatcher::compile(const std::string& pattern, bool ignore_case) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_case_sensitive(!ignore_case);
    options.set_max_mem(most_memory);
    Regex regex(new re2::RE2(pattern, options));
    if (regex->ok()) return regex;
    return Error{ErrorCode::validation_error,
                 "grep: cannot read the regular expression: " + regex->error(),
                 {},
                 "the syntax is RE2's: https://github.com/google/re2/wiki/Syntax"};
}

Result<LogMatcher> LogMatcher::create(const std::string& text, const std::string& pattern, bool ignore_case) {
    for (const auto& [name, part] : {std::pair("text", &text), std::pair("grep", &pattern)}) {
        if (part->size() <= pattern_limit) continue;
        return Error{ErrorCode::validation_error,
                     std::string(name) + ": longer than " + std::to_string(pattern_limit) + " bytes"};
    }
    const bool is_ascii = std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
    const bool is_folded_whole = ignore_case && !is_ascii;
    std::string literal = required_literal(pattern);
    if (ignore_case) literal = foldable_part(literal);
    if (is_folded_whole && literal.empty()) literal = foldable_part(text);
    LogMatcher matcher(TextFinder(is_folded_whole ? "" : text, ignore_case),
                       TextFinder(std::move(literal), ignore_case));
    if (is_folded_whole) {
        auto words = compile(re2::RE2::QuoteMeta(text), true);
        if (!words) return words.error();
        matcher.words_ = std::move(*words);
    }
    if (pattern.empty()) return matcher;
    auto compiled = compile(pattern, ignore_case);
    if (!compiled) return compiled.error();
    matcher.pattern_ = std::move(*compiled);
    return matcher;
}

bool LogMatcher::matches(std::string_view text) const {
    if (!text_.is_empty() && text_.find(text, 0) == text.npos) return false;
    if (!literal_.is_empty() && literal_.find(text, 0) == text.npos) return false;
    const re2::StringPiece piece(text.data(), text.size());
    if (words_ && !re2::RE2::PartialMatch(piece, *words_)) return false;
    return !pattern_ || re2::RE2::PartialMatch(piece, *pattern_);
}

}  // namespace mcpm
