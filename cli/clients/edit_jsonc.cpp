#include "cli/clients/document_edit.hpp"

#include <algorithm>

namespace mcpm::cli {

namespace {

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// The text being edited: one splice after the other, with what people have done to it.
class JsoncEdit {
  public:
    explicit JsoncEdit(std::string_view text) : text_(text), newline_(line_end_of(text)) {}

    std::string take() { return std::move(text_); }

    Result<DocumentNode> read() const { return read_jsonc(text_); }

    void whole(const std::string& key, const Json& value) {
        // What is there of an empty file are comments, or nothing.
        if (!text_.empty() && !text_.ends_with('\n')) text_ += newline_;
        text_ += "{" + newline_ + unit_ + Json(key).dump() + ": " + lines_of(value, unit_) + newline_ + "}" +
                 newline_;
    }

    void replace(const DocumentNode& old, const Json& value) {
        const std::string indent = indent_at(old.begin);
        text_.replace(old.begin, old.end - old.begin,
                      has_lines(old) ? lines_of(value, indent) : value.dump());
    }

    void put(const DocumentNode& map, const DocumentNode& root, const std::string& key, const Json& value) {
        find_unit(root);
        if (map.members.empty()) return put_first(map, key, value);
        const DocumentNode& last = map.members.back().second;
        const std::size_t comma = comma_behind(last.end);
        const bool had_comma = text_[comma] == ',';
        if (!has_lines(map)) {
            text_.insert(last.end, ", " + Json(key).dump() + ": " + value.dump());
            return;
        }
        const DocumentKey& first = map.members.front().first;
        const bool first_on_line = is_blank(before_on_line(first.begin));
        const std::string indent =
            first_on_line ? std::string(before_on_line(first.begin)) : indent_at(map.begin) + unit_;
        const std::string member = newline_ + indent + Json(key).dump() + ": " + lines_of(value, indent);
        const std::size_t from = had_comma ? comma + 1 : last.end;
        text_.insert(end_of_line_of(from), member + (had_comma ? "," : ""));
        if (!had_comma) text_.insert(last.end, ",");
    }

    void remove(const DocumentNode& map, std::size_t index) {
        const auto& [key, value] = map.members[index];
        const std::size_t comma = comma_behind(value.end);
        const bool has_comma = text_[comma] == ',';
        std::size_t begin = key.begin;
        std::size_t end = has_comma ? comma + 1 : value.end;
        const std::size_t behind = line_behind(text_, end);
        if (is_blank(before_on_line(begin)) && is_blank(std::string_view(text_).substr(end, behind - end))) {
            begin = line_begin(text_, begin);
            end = behind;
        } else if (has_comma) {
            while (end < text_.size() && (text_[end] == ' ' || text_[end] == '\t')) ++end;
        }
        const bool is_alone = map.members.size() == 1;
        const std::string_view all = text_;
        if (is_alone && is_blank(all.substr(map.begin + 1, begin - map.begin - 1)) &&
            is_blank(all.substr(end, map.end - 1 - end))) {
            begin = map.begin + 1;
            end = map.end - 1;
        }
        if (!has_comma && index > 0) {
            // The one before is the last now.
            const std::size_t before = comma_behind(map.members[index - 1].second.end);
            if (!has_lines(map)) begin = before + 1;
            text_.erase(begin, end - begin);
            text_.erase(before, 1);
            return;
        }
        text_.erase(begin, end - begin);
    }

  private:
    bool has_lines(const DocumentNode& node) const {
        return std::string_view(text_).substr(node.begin, node.end - node.begin).find('\n') !=
               std::string_view::npos;
    }

    std::string_view before_on_line(std::size_t at) const {
        const std::size_t begin = line_begin(text_, at);
        return std::string_view(text_).substr(begin, at - begin);
    }

    std::string indent_at(std::size_t at) const {
        const std::string_view line = std::string_view(text_).substr(line_begin(text_, at));
        return std::string(line.substr(0, std::min(line.find_first_not_of(" \t"), line.size())));
    }

    void find_unit(const DocumentNode& root) {
        if (root.members.empty()) return;
        const std::string_view before = before_on_line(root.members.front().first.begin);
        if (!before.empty() && is_blank(before)) unit_ = before;
    }

    std::string lines_of(const Json& value, const std::string& indent) const {
        const bool tabs = unit_.starts_with('\t');
        const std::string lines = value.dump(static_cast<int>(unit_.size()), tabs ? '\t' : ' ');
        std::string out;
        for (const char c : lines) {
            if (c == '\n')
                out += newline_ + indent;
            else
                out += c;
        }
        return out;
    }

    void put_first(const DocumentNode& map, const std::string& key, const Json& value) {
        const std::string closing = indent_at(map.begin);
        const std::string indent = closing + unit_;
        const std::string member = newline_ + indent + Json(key).dump() + ": " + lines_of(value, indent);
        const std::string_view inside =
            std::string_view(text_).substr(map.begin + 1, map.end - map.begin - 2);
        if (is_blank(inside)) {
            text_.replace(map.begin + 1, inside.size(), member + newline_ + closing);
            return;
        }
        const std::size_t last = inside.find_last_not_of(" \t\r\n");
        text_.insert(map.begin + 1 + last + 1, member);
    }

    /// The comma behind a value, or where else something stands that is neither white space nor comment.
    std::size_t comma_behind(std::size_t at) const {
        while (at < text_.size()) {
            at = std::min(text_.find_first_not_of(" \t\r\n", at), text_.size());
            if (text_.compare(at, 2, "//") == 0)
                at = std::min(text_.find('\n', at), text_.size());
            else if (text_.compare(at, 2, "/*") == 0)
                at = std::min(text_.find("*/", at), text_.size() - 2) + 2;
            else
                break;
        }
        return at;
    }

    /// Behind a comment that ends the line, else `at` itself.
    std::size_t end_of_line_of(std::size_t at) const {
        std::size_t end = std::min(text_.find('\n', at), text_.size());
        if (end > at && text_[end - 1] == '\r') --end;
        const std::string_view rest = std::string_view(text_).substr(at, end - at);
        const std::size_t first = rest.find_first_not_of(" \t");
        return first != std::string_view::npos && rest.substr(first).starts_with("//") ? end : at;
    }

    std::string text_;
    std::string newline_;
    std::string unit_ = "  ";
};

/// Members of an entry that is there already.
Result<std::string> change_entry(JsoncEdit edit, const EntryPlace& place, const Json& entry,
                                 const std::vector<std::string>& drop) {
    const auto each = [&](const std::string& key, const Json* value) -> Result<> {
        const auto root = edit.read();
        if (!root) return root.error();
        const DocumentNode* const now = find_entry(*root, place);
        if (now == nullptr) return Error{ErrorCode::internal_error, "the entry is gone"};
        const auto found = std::find_if(now->members.begin(), now->members.end(),
                                        [&](const auto& member) { return member.first.text == key; });
        const auto index = static_cast<std::size_t>(found - now->members.begin());
        if (value == nullptr) {
            if (found != now->members.end()) edit.remove(*now, index);
        } else if (found == now->members.end()) {
            edit.put(*now, *root, key, *value);
        } else if (!says(found->second, *value)) {
            edit.replace(found->second, *value);
        }
        return {};
    };
    for (const std::string& key : drop) {
        if (entry.contains(key)) continue;
        if (const auto done = each(key, nullptr); !done) return done.error();
    }
    for (const auto& [key, value] : entry.items()) {
        if (const auto done = each(key, &value); !done) return done.error();
    }
    return edit.take();
}

}  // namespace

Result<std::string> put_jsonc(std::string_view text, const DocumentNode& root, const EntryPlace& place,
                              const Json& entry, const std::vector<std::string>& drop) {
    if (place.keyed == Keyed::by_name) return Error{ErrorCode::internal_error, "no list of entries in JSON"};
    JsoncEdit edit(text);
    const DocumentNode* const existing = find_entry(root, place);
    if (existing != nullptr && existing->is_map()) return change_entry(std::move(edit), place, entry, drop);
    if (existing != nullptr) {
        edit.replace(*existing, entry);
        return edit.take();
    }
    // What is missing on the way to the entry comes with it.
    const DocumentNode* at = &root;
    std::size_t depth = 0;
    while (depth < place.path.size()) {
        const DocumentNode* const next = at->find(place.path[depth]);
        if (next == nullptr || !next->is_map()) break;
        at = next;
        ++depth;
    }
    Json value = entry;
    std::string key = place.name;
    for (std::size_t i = place.path.size(); i > depth; --i) {
        value = Json{{key, std::move(value)}};
        key = place.path[i - 1];
    }
    const DocumentNode* const there = at->find(key);
    if (root.kind == DocumentNode::Kind::nothing && root.begin == root.end)
        edit.whole(key, value);
    else if (there != nullptr)
        edit.replace(*there, value);  // null
    else
        edit.put(*at, root, key, value);
    return edit.take();
}

Result<std::string> take_jsonc(std::string_view text, const DocumentNode& root, const EntryPlace& place) {
    const DocumentNode* const all = root.find(place.path);
    const auto found = std::find_if(all->members.begin(), all->members.end(),
                                    [&](const auto& member) { return member.first.text == place.name; });
    JsoncEdit edit(text);
    edit.remove(*all, static_cast<std::size_t>(found - all->members.begin()));
    return edit.take();
}

}  // namespace mcpm::cli
