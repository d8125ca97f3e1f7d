// Does a line's text match a query? And, for speed, a fixed text that every match must contain, so that
// a search can pass over whole blocks without looking at lines. Pure.
#pragma once

#include "common/error.hpp"

#include <regex.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace mcpm {

/// Finds a fixed text, or one in any case of its ASCII letters: looks for its two rarest bytes in many places
/// at once, and at the whole where both are.
class TextFinder {
  public:
    TextFinder(std::string text, bool ignore_case);
    /// npos when there is none, or when the text is empty.
    std::size_t find(std::string_view in, std::size_t from) const;
    bool is_empty() const { return text_.empty(); }

  private:
    /// One byte of the text to look for: `value`, after `fold` was set in what is looked at.
    struct Probe {
        std::size_t at = 0;
        unsigned char value = 0;
        unsigned char fold = 0;
    };
    Probe probe(std::size_t at) const;
    bool is_at(const char* place) const;

    std::string text_;  // folded when the case does not matter
    bool ignore_case_;
    Probe rarest_, second_;
};

class LogMatcher {
  public:
    static constexpr std::size_t pattern_limit = 1024;
    static constexpr unsigned long repeat_limit = 1000;  // the product of all {n} in a pattern

    /// `pattern` is a POSIX extended regular expression. Back-references are refused: they take exponential
    /// time.
    static Result<LogMatcher> create(const std::string& text, const std::string& pattern, bool ignore_case);

    bool matches(std::string_view text) const;
    bool matches_all() const { return text_.is_empty() && !pattern_; }
    /// Contained in the text of every match, unless it is empty.
    const TextFinder& required() const { return text_.is_empty() ? literal_ : text_; }

  private:
    struct FreeRegex {
        void operator()(regex_t* regex) const;
    };
    LogMatcher(TextFinder text, TextFinder literal) : text_(std::move(text)), literal_(std::move(literal)) {}

    TextFinder text_;
    TextFinder literal_;
    std::unique_ptr<regex_t, FreeRegex> pattern_;
};

/// The longest fixed text that every match of the pattern contains, as far as it is easily seen; else empty.
std::string required_literal(std::string_view pattern);

}  // namespace mcpm
