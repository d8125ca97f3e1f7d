// Does a line's text match a query? And, for speed, a fixed text that every match must contain, so that
// a search can pass over whole blocks without looking at lines. A pattern is matched by RE2, so in time
// linear in the line, whatever the pattern is. Pure.
#pragma once

#include "common/error.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

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

    /// `pattern` is a regular expression of RE2: Perl's without back-references and look-around. Not minding
    /// the case, letters of all scripts are folded.
    static Result<LogMatcher> create(const std::string& text, const std::string& pattern, bool ignore_case);

    bool matches(std::string_view text) const;
    bool matches_all() const { return text_.is_empty() && !words_ && !pattern_; }
    /// Contained in the text of every match, unless it is empty.
    const TextFinder& required() const { return text_.is_empty() ? literal_ : text_; }

  private:
    struct Free {
        void operator()(re2::RE2* regex) const;
    };
    using Regex = std::unique_ptr<re2::RE2, Free>;
    static Result<Regex> compile(const std::string& pattern, bool ignore_case);
    LogMatcher(TextFinder text, TextFinder literal) : text_(std::move(text)), literal_(std::move(literal)) {}

    TextFinder text_;
    TextFinder literal_;
    Regex words_;  // the text, when its letters are folded beyond ASCII
    Regex pattern_;
};

/// The longest fixed text that every match of the pattern contains, as far as it is easily seen; else empty.
std::string required_literal(std::string_view pattern);

/// The longest part of a text of which every letter folds within ASCII alone ("k" is also the Kelvin sign).
std::string foldable_part(std::string_view text);

}  // namespace mcpm
