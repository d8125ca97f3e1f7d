// YAML in block style, by lines: an entry is the line of its key or dash and all that is indented further.
#include "cli/clients/document_edit.hpp"
#include "common/ascii.hpp"
#include "common/yaml_tree.hpp"

#include <algorithm>

namespace mcpm::cli {

namespace {

Error not_in_block_style(const EntryPlace& place) {
    return Error{ErrorCode::conflict,
                 "\"" + place.path.back() + "\" is written on one line, in { } or [ ]",
                 {},
                 "write it in lines, or put the entry in by hand"};
}

/// A value of ours as YAML that reads back as the same.
std::string yaml_text(const Json& value) {
    return value.is_string() ? yaml_scalar(value.get_ref<const std::string&>()) : value.dump();
}

void add_lines(std::vector<std::string>& lines, const std::string& indent, const Json& value) {
    const auto add = [&](const std::string& head, const Json& one) {
        if (!one.is_structured() || one.empty()) {
            lines.push_back(indent + head + " " + yaml_text(one));
            return;
        }
        lines.push_back(indent + head);
        add_lines(lines, indent + "  ", one);
    };
    if (value.is_object()) {
        for (const auto& [key, one] : value.items()) add(yaml_scalar(key) + ":", one);
        return;
    }
    for (const Json& one : value) add("-", one);
}

class YamlEdit {
  public:
    explicit YamlEdit(std::string_view text) : newline_(line_end_of(text)) {
        for (std::size_t at = 0; at < text.size(); at = line_behind(text, at))
            lines_.emplace_back(text.substr(at, line_behind(text, at) - at));
    }

    std::string take() {
        std::string out;
        for (const std::string& line : lines_) out += line;
        return out;
    }

    std::size_t count() const { return lines_.size(); }

    std::string_view content(std::size_t line) const {
        std::string_view text = lines_[line];
        if (line == 0 && text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
        while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
        return text;
    }

    std::size_t indent(std::size_t line) const {
        const auto first = content(line).find_first_not_of(' ');
        return first == std::string_view::npos ? std::string::npos : first;
    }

    /// Behind the last line of what begins at `line` and is indented by `width`.
    std::size_t behind(std::size_t line, std::size_t width) const {
        std::size_t last = line;
        for (std::size_t i = line + 1; i < lines_.size(); ++i) {
            if (indent(i) == std::string::npos) continue;
            if (indent(i) <= width) break;
            last = i;
        }
        return last + 1;
    }

    void insert(std::size_t line, const std::vector<std::string>& added) {
        if (line > 0 && !lines_[line - 1].ends_with('\n')) lines_[line - 1] += newline_;
        std::vector<std::string> ended;
        for (const std::string& one : added) ended.push_back(one + newline_);
        lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(line), ended.begin(), ended.end());
    }

    void erase(std::size_t begin, std::size_t end) {
        lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(begin),
                     lines_.begin() + static_cast<std::ptrdiff_t>(end));
    }

    /// "key: {}" -> "key:"; what is behind the colon is empty.
    bool open_value(std::size_t line) {
        std::string& text = lines_[line];
        for (const std::string_view empty : {"{}", "[]", "null", "~"}) {
            const auto at = text.find(empty);
            if (at == std::string::npos || text.substr(0, at).find('#') != std::string::npos) continue;
            text.erase(at, empty.size());
            const auto last = text.find_last_not_of(" \r\n", at == 0 ? 0 : at - 1);
            if (last + 1 < at) text.erase(last + 1, at - last - 1);
            return true;
        }
        return false;
    }

  private:
    std::string newline_;
    std::vector<std::string> lines_;
};

struct Found {
    const YamlNode* key = nullptr;  // of the map or list of entries; null: not there
    const YamlNode* all = nullptr;
};

/// Places of clients that keep YAML are one key below the root.
Found find_all(const YamlTree& tree, const EntryPlace& place) {
    for (const auto& [key, value] : tree.root.members) {
        if (place.path.size() == 1 && key.text == place.path[0]) return {&key, &value};
    }
    return {};
}

struct EntryLines {
    std::size_t begin = 0, end = 0;
    std::size_t indent = 0;
};

/// The line where an item of a list has its dash.
std::size_t dash_line(const YamlEdit& edit, std::size_t line) {
    while (
        line > 0 &&
        !edit.content(line).substr(std::min(edit.indent(line), edit.content(line).size())).starts_with('-'))
        --line;
    return line;
}

EntryLines lines_of_entry(const YamlEdit& edit, const YamlNode& all, std::size_t index) {
    const bool is_map = all.kind == YamlNode::Kind::map;
    const std::size_t marked = (is_map ? all.members[index].first.line : all.items[index].line) - 1;
    const std::size_t begin = is_map ? marked : dash_line(edit, marked);
    const std::size_t indent = edit.indent(begin);
    return {begin, edit.behind(begin, indent), indent};
}

std::size_t entries_of(const YamlNode& all) {
    return all.kind == YamlNode::Kind::map ? all.members.size() : all.items.size();
}

/// The index of the entry of this name, or the number of entries.
std::size_t index_of(const YamlNode& all, const std::string& name) {
    for (std::size_t i = 0; i < entries_of(all); ++i) {
        if (all.kind == YamlNode::Kind::map) {
            if (all.members[i].first.text == name) return i;
            continue;
        }
        for (const auto& [key, value] : all.items[i].members) {
            if (key.text == "name" && value.text == name) return i;
        }
    }
    return entries_of(all);
}

bool is_in_block_style(const YamlEdit& edit, const Found& found) {
    if (entries_of(*found.all) == 0) return true;
    const YamlNode& first =
        found.all->kind == YamlNode::Kind::map ? found.all->members[0].first : found.all->items[0];
    return first.line > found.key->line && edit.indent(found.all->line - 1) != std::string::npos;
}

std::vector<std::string> entry_lines(const EntryPlace& place, const Json& entry, std::size_t indent) {
    std::vector<std::string> lines;
    const std::string blanks(indent, ' ');
    if (place.keyed == Keyed::by_key) {
        lines.push_back(blanks + yaml_scalar(place.name) + ":");
        add_lines(lines, blanks + "  ", entry);
        return lines;
    }
    add_lines(lines, blanks + "  ", entry);
    lines.front().replace(indent, 2, "- ");
    return lines;
}

}  // namespace

Result<std::string> put_yaml(std::string_view text, const EntryPlace& place, const Json& merged) {
    const YamlTree tree = read_yaml(text);
    const Found found = find_all(tree, place);
    YamlEdit edit(text);
    if (found.key == nullptr) {
        std::vector<std::string> lines = entry_lines(place, merged, 2);
        lines.insert(lines.begin(), yaml_scalar(place.path[0]) + ":");
        edit.insert(edit.count(), lines);
        return edit.take();
    }
    if (!is_in_block_style(edit, found)) return not_in_block_style(place);
    const std::size_t count = entries_of(*found.all);
    const std::size_t key_line = found.key->line - 1;
    if (count == 0) {
        const bool is_open = found.all->kind == YamlNode::Kind::nothing &&
                             edit.content(key_line).find_last_not_of(' ') ==
                                 edit.content(key_line).find(':', found.key->column - 1);
        if (!is_open && !edit.open_value(key_line) && found.all->kind != YamlNode::Kind::nothing)
            return not_in_block_style(place);
        edit.insert(key_line + 1, entry_lines(place, merged, edit.indent(key_line) + 2));
        return edit.take();
    }
    const std::size_t index = index_of(*found.all, place.name);
    const EntryLines at = lines_of_entry(edit, *found.all, std::min(index, count - 1));
    if (index == count) {
        edit.insert(at.end, entry_lines(place, merged, at.indent));
    } else {
        edit.erase(at.begin, at.end);
        edit.insert(at.begin, entry_lines(place, merged, at.indent));
    }
    return edit.take();
}

Result<std::string> take_yaml(std::string_view text, const EntryPlace& place) {
    const YamlTree tree = read_yaml(text);
    const Found found = find_all(tree, place);
    YamlEdit edit(text);
    if (!is_in_block_style(edit, found)) return not_in_block_style(place);
    const std::size_t index = index_of(*found.all, place.name);
    const EntryLines at = lines_of_entry(edit, *found.all, index);
    edit.erase(at.begin, at.end);
    if (entries_of(*found.all) == 1) {
        edit.open_value(found.key->line - 1);
        const std::string_view empty = place.keyed == Keyed::by_key ? " {}" : " []";
        std::string whole = edit.take();
        std::size_t line = 0;
        for (unsigned i = 1; i < found.key->line; ++i) line = line_behind(whole, line);
        const std::size_t colon = whole.find(':', line);
        whole.insert(colon + 1, empty);
        return whole;
    }
    return edit.take();
}

}  // namespace mcpm::cli
