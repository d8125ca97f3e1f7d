#include "cli/clients/read_toml.hpp"

#include "cli/clients/toml_cursor.hpp"

#include <set>

namespace mcpm::cli {

namespace {

class TomlReader {
  public:
    explicit TomlReader(std::string_view text) : text_(text), cursor_(text) {}

    Result<TomlDocument> read() {
        document_.root.kind = DocumentNode::Kind::map;
        table_ = &document_.root;
        for (cursor_.skip_lines(); !cursor_.at_end(); cursor_.skip_lines()) {
            const bool good = cursor_.here() == '[' ? header() : pair();
            if (!good) return cursor_.failure();
        }
        return std::move(document_);
    }

  private:
    std::size_t line_begin(std::size_t at) const {
        const auto newline = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
        return newline == std::string_view::npos ? 0 : newline + 1;
    }

    bool twice(std::size_t at, const std::string& key) {
        return cursor_.fail_at(at, "\"" + key.substr(0, 64) + "\" is there twice");
    }

    bool header() {
        const std::size_t begin = cursor_.position();
        const bool is_list = cursor_.rest().starts_with("[[");
        cursor_.step(is_list ? 2 : 1);
        TomlPiece piece;
        piece.kind = is_list ? TomlPiece::Kind::list_item : TomlPiece::Kind::table;
        piece.begin = line_begin(begin);
        if (!cursor_.dotted_key(piece.path)) return false;
        if (!cursor_.rest().starts_with(is_list ? "]]" : "]")) return cursor_.fail("expected ]");
        cursor_.step(is_list ? 2 : 1);
        if (!cursor_.end_of_line()) return false;
        piece.end = cursor_.position();
        section_ = document_.pieces.size() + 1;
        piece.section = section_;
        prefix_ = piece.path;
        document_.pieces.push_back(piece);
        return is_list ? open_item(begin, piece.path) : open_table(begin, piece.path);
    }

    /// The map above the last key of `path`, or null.
    DocumentNode* above(std::size_t at, const std::vector<std::string>& path) {
        DocumentNode* node = &document_.root;
        for (std::size_t i = 0; i + 1 < path.size(); ++i) {
            node = map_below(*node, path[i], at);
            if (node == nullptr) {
                twice(at, path[i]);
                return nullptr;
            }
        }
        return node;
    }

    bool open_table(std::size_t at, const std::vector<std::string>& path) {
        DocumentNode* const parent = above(at, path);
        if (parent == nullptr) return false;
        table_ = map_below(*parent, path.back(), at);
        // Nodes move when their neighbours grow: what was opened is known by where it is in the tree.
        std::string id;
        for (const std::string& key : path) id += key + '\0';
        if (table_ == nullptr || (!opened_.insert(id).second && !is_below_list(path)))
            return twice(at, path.back());
        return true;
    }

    bool is_below_list(const std::vector<std::string>& path) const {
        const DocumentNode* node = &document_.root;
        for (const std::string& key : path) {
            node = node->find(key);
            if (node == nullptr) return false;
            if (node->kind == DocumentNode::Kind::list) return true;
        }
        return false;
    }

    bool open_item(std::size_t at, const std::vector<std::string>& path) {
        DocumentNode* const parent = above(at, path);
        if (parent == nullptr) return false;
        DocumentNode* list = nullptr;
        for (auto& [key, node] : parent->members) {
            if (key.text == path.back()) list = &node;
        }
        if (list == nullptr) {
            parent->members.emplace_back(DocumentKey{path.back(), at}, DocumentNode{});
            list = &parent->members.back().second;
            list->kind = DocumentNode::Kind::list;
        }
        if (list->kind != DocumentNode::Kind::list) return twice(at, path.back());
        list->items.emplace_back();
        table_ = &list->items.back();
        table_->kind = DocumentNode::Kind::map;
        table_->begin = at;
        return true;
    }

    bool pair() {
        const std::size_t begin = cursor_.position();
        std::vector<std::string> path;
        if (!cursor_.dotted_key(path)) return false;
        if (cursor_.here() != '=') return cursor_.fail("expected =");
        cursor_.step();
        cursor_.skip_blanks();
        DocumentNode* into = table_;
        for (std::size_t i = 0; i + 1 < path.size() && into != nullptr; ++i)
            into = map_below(*into, path[i], begin);
        if (into == nullptr || into->find(path.back()) != nullptr) return twice(begin, path.back());
        into->members.emplace_back(DocumentKey{path.back(), begin}, DocumentNode{});
        if (!cursor_.value(into->members.back().second) || !cursor_.end_of_line()) return false;
        TomlPiece piece;
        piece.path = prefix_;
        piece.path.insert(piece.path.end(), path.begin(), path.end());
        piece.begin = line_begin(begin);
        piece.end = cursor_.position();
        piece.section = section_;
        document_.pieces.push_back(std::move(piece));
        return true;
    }

    std::string_view text_;
    TomlCursor cursor_;
    TomlDocument document_;
    DocumentNode* table_ = nullptr;  // of the last header; nothing is added beside it until the next one
    std::vector<std::string> prefix_;
    std::size_t section_ = 0;
    std::set<std::string> opened_;
};

}  // namespace

Result<TomlDocument> read_toml_pieces(std::string_view text) {
    return TomlReader(text).read();
}

Result<DocumentNode> read_toml(std::string_view text) {
    auto document = read_toml_pieces(text);
    if (!document) return document.error();
    return std::move(document->root);
}

}  // namespace mcpm::cli
