#include "cli/clients/toml_cursor.hpp"

#include "common/ascii.hpp"
#include "common/utf8.hpp"

#include <algorithm>

namespace mcpm::cli {

namespace {

void append_utf8(std::string& out, char32_t value) {
    const auto byte = [&](char32_t bits) { out += static_cast<char>(bits); };
    if (value < 0x80) return byte(value);
    if (value < 0x800) {
        byte(0xC0 | (value >> 6));
    } else {
        if (value < 0x10000) {
            byte(0xE0 | (value >> 12));
        } else {
            byte(0xF0 | (value >> 18));
            byte(0x80 | ((value >> 12) & 0x3F));
        }
        byte(0x80 | ((value >> 6) & 0x3F));
    }
    byte(0x80 | (value & 0x3F));
}

}  // namespace

bool TomlCursor::fail(std::string message) {
    return fail_at(at_, std::move(message));
}

bool TomlCursor::fail_at(std::size_t at, std::string message) {
    if (failed_.empty()) {
        failed_ = std::move(message);
        failed_at_ = at;
    }
    return false;
}

void TomlCursor::skip_blanks() {
    while (here() == ' ' || here() == '\t') ++at_;
}

void TomlCursor::skip_lines() {
    for (;;) {
        skip_blanks();
        if (here() == '#')
            at_ = std::min(text_.find('\n', at_), text_.size());
        else if (here() == '\n' || here() == '\r')
            ++at_;
        else
            return;
    }
}

bool TomlCursor::end_of_line() {
    skip_blanks();
    if (here() == '#') at_ = std::min(text_.find('\n', at_), text_.size());
    if (here() == '\r') ++at_;
    if (at_end()) return true;
    if (here() != '\n') return fail("expected the end of the line");
    ++at_;
    return true;
}

bool TomlCursor::key(std::string& out) {
    skip_blanks();
    if (here() == '"' || here() == '\'') return line_of_text(here(), out);
    const std::size_t begin = at_;
    while (ascii::is_letter_or_digit(here()) || here() == '_' || here() == '-') ++at_;
    out = text_.substr(begin, at_ - begin);
    return !out.empty() || fail("expected a key");
}

bool TomlCursor::dotted_key(std::vector<std::string>& path) {
    for (;;) {
        std::string part;
        if (!key(part)) return false;
        path.push_back(std::move(part));
        if (path.size() > deepest_document) return fail("more than 64 levels of nesting");
        skip_blanks();
        if (here() != '.') return true;
        ++at_;
    }
}

bool TomlCursor::escape(std::string& out) {
    ++at_;
    const char c = here();
    if (c == 'U' || c == 'u') {
        const std::size_t digits = c == 'U' ? 8 : 4;
        const auto hex = text_.substr(std::min(at_ + 1, text_.size()), digits);
        char32_t value = 0;
        for (const char digit : hex) {
            const auto place = std::string_view("0123456789abcdef").find(ascii::lower(digit));
            if (place == std::string_view::npos) return fail("expected hexadecimal digits");
            value = value * 16 + static_cast<char32_t>(place);
        }
        if (hex.size() != digits || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
            return fail("no character of Unicode");
        append_utf8(out, value);
        at_ += digits + 1;
        return true;
    }
    constexpr std::string_view names = "btnfre\"\\";
    constexpr std::string_view meanings = "\b\t\n\f\r\x1b\"\\";
    const auto place = names.find(c);
    if (at_end() || place == std::string_view::npos) return fail("an escape that TOML does not have");
    out += meanings[place];
    ++at_;
    return true;
}

bool TomlCursor::line_of_text(char quote, std::string& out) {
    const std::size_t begin = at_++;
    while (!at_end() && here() != quote && here() != '\n') {
        if (here() == '\\' && quote == '"') {
            if (!escape(out)) return false;
        } else {
            out += text_[at_++];
        }
    }
    if (here() != quote) return fail_at(begin, "a text without its closing quote");
    ++at_;
    return is_utf8(out) || fail_at(begin, "not UTF-8");
}

bool TomlCursor::lines_of_text(char quote, std::string& out) {
    const std::size_t begin = at_;
    const std::string closing(3, quote);
    at_ += 3;
    if (here() == '\r') ++at_;
    if (here() == '\n') ++at_;
    while (!at_end() && !rest().starts_with(closing)) {
        if (here() != '\\' || quote != '"') {
            out += text_[at_++];
            continue;
        }
        // A backslash at the end of a line takes the white space behind it away.
        const auto next = text_.find_first_not_of(" \t\r", at_ + 1);
        if (next != std::string_view::npos && text_[next] == '\n')
            at_ = std::min(text_.find_first_not_of(" \t\r\n", next), text_.size());
        else if (!escape(out))
            return false;
    }
    if (at_end()) return fail_at(begin, "a text without its closing quotes");
    at_ += 3;
    for (int more = 0; more < 2 && here() == quote; ++more, ++at_) out += quote;
    return is_utf8(out) || fail_at(begin, "not UTF-8");
}

bool TomlCursor::word(DocumentNode& node) {
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_of(",]}#\r\n", at_), text_.size());
    std::string_view raw = text_.substr(begin, at_ - begin);
    while (raw.ends_with(' ') || raw.ends_with('\t')) raw.remove_suffix(1);
    // "1979-05-27 07:32:00" alone has a blank in it.
    const bool is_date = raw.size() > 11 && raw[4] == '-' && raw[10] == ' ' && ascii::is_digit(raw[11]);
    const std::size_t blank = is_date ? raw.find(' ', 11) : raw.find_first_of(" \t");
    raw = raw.substr(0, blank);
    at_ = begin + raw.size();
    node.kind = DocumentNode::Kind::word;
    node.text = raw;
    const bool is_number = !raw.empty() && (ascii::is_digit(raw[0]) || raw[0] == '+' || raw[0] == '-');
    const bool calm = std::all_of(raw.begin(), raw.end(), [is_date](char c) {
        return (is_date && c == ' ') || ascii::is_letter_or_digit(c) ||
               std::string_view("+-_.:").find(c) != std::string_view::npos;
    });
    if (raw == "true" || raw == "false" || raw == "inf" || raw == "nan" || (is_number && calm)) return true;
    return fail_at(begin, "expected a value");
}

bool TomlCursor::list(DocumentNode& node, std::size_t depth) {
    node.kind = DocumentNode::Kind::list;
    ++at_;
    for (skip_lines(); here() != ']'; skip_lines()) {
        node.items.emplace_back();
        if (!value(node.items.back(), depth + 1)) return false;
        skip_lines();
        if (here() == ',')
            ++at_;
        else if (here() != ']')
            return fail("expected , or ]");
    }
    ++at_;
    return true;
}

bool TomlCursor::inline_table(DocumentNode& node, std::size_t depth) {
    node.kind = DocumentNode::Kind::map;
    ++at_;
    for (skip_lines(); here() != '}'; skip_lines()) {
        std::vector<std::string> path;
        const std::size_t begin = at_;
        if (!dotted_key(path)) return false;
        if (here() != '=') return fail("expected =");
        ++at_;
        skip_blanks();
        DocumentNode* into = &node;
        for (std::size_t i = 0; i + 1 < path.size() && into != nullptr; ++i)
            into = map_below(*into, path[i], begin);
        if (into == nullptr || into->find(path.back()) != nullptr)
            return fail_at(begin, "the key \"" + path.back().substr(0, 64) + "\" is there twice");
        into->members.emplace_back(DocumentKey{path.back(), begin}, DocumentNode{});
        if (!value(into->members.back().second, depth + 1)) return false;
        skip_lines();
        if (here() == ',')
            ++at_;
        else if (here() != '}')
            return fail("expected , or }");
    }
    ++at_;
    return true;
}

bool TomlCursor::value(DocumentNode& node, std::size_t depth) {
    if (depth > deepest_document) return fail("more than 64 levels of nesting");
    node.begin = at_;
    bool good = false;
    if (here() == '[') {
        good = list(node, depth);
    } else if (here() == '{') {
        good = inline_table(node, depth);
    } else if (here() == '"' || here() == '\'') {
        node.kind = DocumentNode::Kind::text;
        const bool is_long = rest().starts_with("\"\"\"") || rest().starts_with("'''");
        good = is_long ? lines_of_text(here(), node.text) : line_of_text(here(), node.text);
    } else {
        good = word(node);
    }
    node.end = at_;
    return good;
}

DocumentNode* map_below(DocumentNode& from, const std::string& key, std::size_t at) {
    for (auto& [name, node] : from.members) {
        if (name.text != key) continue;
        // A table below an entry of an array of tables is one of its last entry.
        if (node.kind == DocumentNode::Kind::list && !node.items.empty() && node.items.back().is_map())
            return &node.items.back();
        // One written in braces is whole: its end is known.
        return node.is_map() && node.end == 0 ? &node : nullptr;
    }
    from.members.emplace_back(DocumentKey{key, at}, DocumentNode{});
    from.members.back().second.kind = DocumentNode::Kind::map;
    return &from.members.back().second;
}

}  // namespace mcpm::cli
