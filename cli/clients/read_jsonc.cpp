// JSON with // and /* */ comments, trailing commas and a byte order mark, as editors and clients keep it.
#include "cli/clients/document.hpp"
#include "common/utf8.hpp"
#include "common/wire.hpp"

#include <set>

namespace mcpm::cli {

namespace {

class JsoncReader {
  public:
    explicit JsoncReader(std::string_view text) : text_(text) {}

    Result<DocumentNode> read() {
        if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
        skip();
        if (!failed_.empty()) return failure();
        DocumentNode root;
        root.begin = root.end = at_;
        if (at_ == text_.size()) return root;
        if (!value(root, 0)) return failure();
        skip();
        if (failed_.empty() && at_ < text_.size()) fail("something stands behind the end");
        if (!failed_.empty()) return failure();
        return root;
    }

  private:
    Error failure() const { return document_error(text_, failed_at_, failed_); }

    bool fail(std::string message) {
        if (!failed_.empty()) return false;
        failed_ = std::move(message);
        failed_at_ = at_;
        return false;
    }

    char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    /// White space and comments.
    void skip() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                ++at_;
            } else if (text_.substr(at_, 2) == "//") {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (text_.substr(at_, 2) == "/*") {
                const auto end = text_.find("*/", at_ + 2);
                if (end == std::string_view::npos) {
                    fail("a comment without an end");
                    return;
                }
                at_ = end + 2;
            } else {
                return;
            }
        }
    }

    bool value(DocumentNode& node, std::size_t depth) {
        if (depth > deepest_document) return fail("more than 64 levels of nesting");
        node.begin = at_;
        const bool good = here() == '{'   ? map(node, depth)
                          : here() == '[' ? list(node, depth)
                          : here() == '"' ? string(node)
                                          : word(node);
        node.end = at_;
        return good;
    }

    bool string(DocumentNode& node) {
        const std::size_t begin = at_;
        for (++at_; at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n'; ++at_) {
            if (text_[at_] == '\\') ++at_;
        }
        if (here() != '"') return fail("a text without its closing quote");
        ++at_;
        node.kind = DocumentNode::Kind::text;
        const std::string_view raw = text_.substr(begin, at_ - begin);
        if (raw.find('\\') == std::string_view::npos) {
            node.text = raw.substr(1, raw.size() - 2);
            return is_utf8(node.text) || fail("not UTF-8");
        }
        const auto parsed = wire::Json::parse(raw, nullptr, false);
        if (!parsed.is_string()) return fail("an escape that JSON does not have");
        node.text = parsed.get<std::string>();
        return true;
    }

    bool word(DocumentNode& node) {
        const std::size_t begin = at_;
        while (at_ < text_.size() &&
               std::string_view(" \t\r\n,]}:/\"").find(text_[at_]) == std::string_view::npos)
            ++at_;
        node.text = text_.substr(begin, at_ - begin);
        node.kind = node.text == "null" ? DocumentNode::Kind::nothing : DocumentNode::Kind::word;
        const auto parsed = wire::Json::parse(node.text, nullptr, false);
        if (!node.text.empty() && !parsed.is_discarded()) return true;
        at_ = begin;
        return fail("expected a value");
    }

    bool list(DocumentNode& node, std::size_t depth) {
        node.kind = DocumentNode::Kind::list;
        ++at_;
        for (skip(); here() != ']'; skip()) {
            if (!failed_.empty()) return false;
            node.items.emplace_back();
            if (!value(node.items.back(), depth + 1) || !comma(']')) return false;
        }
        ++at_;
        return failed_.empty();
    }

    bool map(DocumentNode& node, std::size_t depth) {
        node.kind = DocumentNode::Kind::map;
        std::set<std::string> seen;
        ++at_;
        for (skip(); here() != '}'; skip()) {
            if (!failed_.empty()) return false;
            if (here() != '"') return fail("expected a key in double quotes, or }");
            DocumentNode key;
            key.begin = at_;
            if (!string(key)) return false;
            if (!seen.insert(key.text).second) {
                at_ = key.begin;
                return fail("the key \"" + key.text.substr(0, 64) + "\" is there twice");
            }
            node.members.emplace_back(DocumentKey{std::move(key.text), key.begin, at_}, DocumentNode{});
            skip();
            if (here() != ':') return fail("expected :");
            ++at_;
            skip();
            if (!value(node.members.back().second, depth + 1) || !comma('}')) return false;
        }
        ++at_;
        return failed_.empty();
    }

    /// Behind a value: a comma, or what closes.
    bool comma(char closing) {
        skip();
        if (here() == ',') {
            ++at_;
            return true;
        }
        return here() == closing || fail(std::string("expected , or ") + closing);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string failed_;
    std::size_t failed_at_ = 0;
};

}  // namespace

Result<DocumentNode> read_jsonc(std::string_view text) {
    return JsoncReader(text).read();
}

}  // namespace mcpm::cli
