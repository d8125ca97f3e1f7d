#include "cli/clients/document_edit.hpp"

#include "common/ascii.hpp"

#include <algorithm>

namespace mcpm::cli {

namespace {

using Kind = DocumentNode::Kind;

Error cannot_edit(const EntryPlace& place) {
    std::string where;
    for (const std::string& key : place.path) where += (where.empty() ? "" : ".") + key;
    return Error{ErrorCode::conflict,
                 where + " is written in a way that cannot be edited safely in place",
                 {},
                 "nothing was changed; write the entry there by hand: docs/clients.md has its form"};
}

bool is_named(const DocumentNode& item, const std::string& name) {
    const DocumentNode* const found = item.find("name");
    return found != nullptr && found->is_text() && found->text == name;
}

/// Without the entry, and without what would be empty then.
void prune(DocumentNode& node, const EntryPlace& place, std::size_t depth) {
    if (depth == place.path.size()) {
        std::erase_if(node.members, [&](const auto& member) { return member.first.text == place.name; });
        if (place.keyed == Keyed::by_name)
            std::erase_if(node.items, [&](const auto& item) { return is_named(item, place.name); });
        return;
    }
    for (auto& [key, value] : node.members) {
        if (key.text == place.path[depth]) prune(value, place, depth + 1);
    }
    std::erase_if(node.members, [&](const auto& member) {
        return member.first.text == place.path[depth] && member.second.members.empty() &&
               member.second.items.empty();
    });
}

/// Nothing but the entry says something else.
bool same_elsewhere(DocumentNode before, DocumentNode after, const EntryPlace& place) {
    for (DocumentNode* root : {&before, &after}) {
        if (root->kind == Kind::nothing) root->kind = Kind::map;
        prune(*root, place, 0);
    }
    return same_values(before, after);
}

/// Checks that entries can stand at the place, or nothing is there yet.
Result<> check_place(const DocumentNode& root, const EntryPlace& place) {
    const DocumentNode* at = &root;
    std::string where = "the file";
    for (std::size_t depth = 0; at != nullptr; ++depth) {
        const bool last = depth == place.path.size();
        const Kind wanted = last && place.keyed == Keyed::by_name ? Kind::list : Kind::map;
        if (at->kind != wanted && at->kind != Kind::nothing)
            return Error{ErrorCode::conflict,
                         where + " is not a " + (wanted == Kind::list ? "list" : "map"),
                         {},
                         "mend it by hand first"};
        if (last) return {};
        where = place.path[depth];
        at = at->find(place.path[depth]);
    }
    return {};
}

bool has_all(const DocumentNode& existing, const Json& entry, const std::vector<std::string>& drop) {
    for (const auto& [key, value] : entry.items()) {
        const DocumentNode* const found = existing.find(key);
        if (found == nullptr || !says(*found, value)) return false;
    }
    return std::none_of(drop.begin(), drop.end(), [&](const std::string& key) {
        return existing.find(key) != nullptr && !entry.contains(key);
    });
}

Json merged(const DocumentNode* existing, DocumentFormat format, const Json& entry,
            const std::vector<std::string>& drop) {
    Json out = existing == nullptr ? Json::object() : to_json(*existing, format);
    for (const std::string& key : drop) out.erase(key);
    for (const auto& [key, value] : entry.items()) out[key] = value;
    return out;
}

bool is_whole_number(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    return ascii::is_all_digits(text) && text.size() < 16 && (text[0] != '0' || text.size() == 1);
}

}  // namespace

const DocumentNode* find_entry(const DocumentNode& root, const EntryPlace& place) {
    const DocumentNode* const all = root.find(place.path);
    if (all == nullptr) return nullptr;
    if (place.keyed == Keyed::by_key) return all->find(place.name);
    const auto found = std::find_if(all->items.begin(), all->items.end(),
                                    [&](const auto& item) { return is_named(item, place.name); });
    return found == all->items.end() ? nullptr : &*found;
}

std::vector<std::string> entry_names(const DocumentNode& root, const EntryPlace& place) {
    std::vector<std::string> names;
    const DocumentNode* const all = root.find(place.path);
    if (all == nullptr) return names;
    for (const auto& [key, value] : all->members) {
        if (value.is_map()) names.push_back(key.text);
    }
    for (const DocumentNode& item : all->items) {
        if (const DocumentNode* const name = item.find("name"); name != nullptr && name->is_text())
            names.push_back(name->text);
    }
    return names;
}

Json to_json(const DocumentNode& node, DocumentFormat format) {
    switch (node.kind) {
        case Kind::nothing:
            return nullptr;
        case Kind::text:
            if (format != DocumentFormat::yaml) return node.text;
            if (node.text == "true" || node.text == "false") return node.text == "true";
            if (is_whole_number(node.text)) return Json::parse(node.text);
            return node.text;
        case Kind::word: {
            Json value = Json::parse(node.text, nullptr, false);
            return value.is_discarded() ? Json(node.text) : value;
        }
        case Kind::list: {
            Json list = Json::array();
            for (const DocumentNode& item : node.items) list.push_back(to_json(item, format));
            return list;
        }
        case Kind::map: {
            Json map = Json::object();
            for (const auto& [key, value] : node.members) map[key.text] = to_json(value, format);
            return map;
        }
    }
    return nullptr;
}

bool says(const DocumentNode& node, const Json& value) {
    if (value.is_string()) return node.is_text() && node.text == value.get_ref<const std::string&>();
    if (value.is_boolean() || value.is_number())
        return (node.is_text() || node.kind == Kind::word) && node.text == value.dump();
    if (value.is_null()) return node.kind == Kind::nothing;
    if (value.is_array()) {
        return node.kind == Kind::list &&
               std::equal(node.items.begin(), node.items.end(), value.begin(), value.end(), says);
    }
    if (!node.is_map() || node.members.size() != value.size()) return false;
    return std::all_of(node.members.begin(), node.members.end(), [&](const auto& member) {
        const auto found = value.find(member.first.text);
        return found != value.end() && says(member.second, *found);
    });
}

Result<std::string> with_entry(DocumentFormat format, std::string_view text, const EntryPlace& place,
                               const Json& entry, const std::vector<std::string>& drop) {
    const auto before = read_document(format, text);
    if (!before) return before.error();
    if (const auto good = check_place(*before, place); !good) return good.error();
    const DocumentNode* const existing = find_entry(*before, place);
    if (existing != nullptr && existing->is_map() && has_all(*existing, entry, drop))
        return std::string(text);
    const Json wanted = merged(existing, format, entry, drop);
    auto edited = [&]() -> Result<std::string> {
        switch (format) {
            case DocumentFormat::jsonc:
                return put_jsonc(text, *before, place, entry, drop);
            case DocumentFormat::yaml:
                return put_yaml(text, place, wanted);
            case DocumentFormat::toml:
                return put_toml(text, place, wanted);
        }
        return std::string(text);
    }();
    if (!edited) return edited;
    const auto after = read_document(format, *edited);
    const DocumentNode* const now = after ? find_entry(*after, place) : nullptr;
    if (now == nullptr || !says(*now, wanted) || !same_elsewhere(*before, *after, place))
        return cannot_edit(place);
    return edited;
}

Result<std::string> without_entry(DocumentFormat format, std::string_view text, const EntryPlace& place) {
    const auto before = read_document(format, text);
    if (!before) return before.error();
    if (find_entry(*before, place) == nullptr) return std::string(text);
    auto edited = format == DocumentFormat::jsonc  ? take_jsonc(text, *before, place)
                  : format == DocumentFormat::yaml ? take_yaml(text, place)
                                                   : take_toml(text, place);
    if (!edited) return edited;
    const auto after = read_document(format, *edited);
    if (!after || find_entry(*after, place) != nullptr || !same_elsewhere(*before, *after, place))
        return cannot_edit(place);
    return edited;
}

std::string_view line_end_of(std::string_view text) {
    return text.find("\r\n") != std::string_view::npos ? "\r\n" : "\n";
}

std::size_t line_begin(std::string_view text, std::size_t at) {
    const auto newline = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
    return newline == std::string_view::npos ? 0 : newline + 1;
}

std::size_t line_behind(std::string_view text, std::size_t at) {
    const auto newline = text.find('\n', at);
    return newline == std::string_view::npos ? text.size() : newline + 1;
}

}  // namespace mcpm::cli
