// Keys and values of TOML, read one after the other. Internal to read_toml.
#pragma once

#include "cli/clients/document.hpp"

namespace mcpm::cli {

class TomlCursor {
  public:
    explicit TomlCursor(std::string_view text) : text_(text), at_(text.starts_with("\xef\xbb\xbf") ? 3 : 0) {}

    bool at_end() const { return at_ >= text_.size(); }
    char here() const { return at_end() ? '\0' : text_[at_]; }
    std::string_view rest() const { return text_.substr(std::min(at_, text_.size())); }
    std::size_t position() const { return at_; }
    void step(std::size_t bytes = 1) { at_ += bytes; }

    void skip_blanks();
    /// Blanks, line ends and comments.
    void skip_lines();
    /// Nothing but a comment may stand before the end of the line, which is taken.
    bool end_of_line();
    bool dotted_key(std::vector<std::string>& path);
    bool value(DocumentNode& node, std::size_t depth = 0);

    /// Remembers the first one; always false.
    bool fail(std::string message);
    bool fail_at(std::size_t at, std::string message);
    bool has_failed() const { return !failed_.empty(); }
    Error failure() const { return document_error(text_, failed_at_, failed_); }

  private:
    bool key(std::string& out);
    bool line_of_text(char quote, std::string& out);
    bool lines_of_text(char quote, std::string& out);
    bool escape(std::string& out);
    bool list(DocumentNode& node, std::size_t depth);
    bool inline_table(DocumentNode& node, std::size_t depth);
    bool word(DocumentNode& node);

    std::string_view text_;
    std::size_t at_;
    std::string failed_;
    std::size_t failed_at_ = 0;
};

/// The map that a pair's value goes into; null when something else stands in the way. `at`: where the key is
/// written.
DocumentNode* map_below(DocumentNode& from, const std::string& key, std::size_t at);

}  // namespace mcpm::cli
