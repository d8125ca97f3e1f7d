// TOML by whole lines: an entry is the lines of its tables and pairs.
#include "cli/clients/document_edit.hpp"
#include "cli/clients/read_toml.hpp"
#include "common/ascii.hpp"

#include <algorithm>

namespace mcpm::cli {

namespace {

using Path = std::vector<std::string>;

struct Span {
    std::size_t begin = 0, end = 0;
};

bool is_below(const Path& path, const Path& above) {
    return path.size() >= above.size() && std::equal(above.begin(), above.end(), path.begin());
}

std::string toml_key(const std::string& key) {
    const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return ascii::is_letter_or_digit(c) || c == '_' || c == '-';
    });
    return bare ? key : Json(key).dump();
}

std::string toml_value(const Json& value) {
    if (value.is_array()) {
        std::string out;
        for (const Json& one : value) out += (out.empty() ? "" : ", ") + toml_value(one);
        return "[" + out + "]";
    }
    if (value.is_object()) {
        std::string out;
        for (const auto& [key, one] : value.items())
            out += (out.empty() ? " " : ", ") + toml_key(key) + " = " + toml_value(one);
        return "{" + out + " }";
    }
    return value.dump();  // a text of JSON is one of TOML
}

std::string dotted(const Path& path) {
    std::string out;
    for (const std::string& key : path) out += (out.empty() ? "" : ".") + toml_key(key);
    return out;
}

std::string entry_text(const EntryPlace& place, const Json& entry, std::string_view newline) {
    Path path = place.path;
    if (place.keyed == Keyed::by_key) path.push_back(place.name);
    std::string out = place.keyed == Keyed::by_key ? "[" + dotted(path) + "]" : "[[" + dotted(path) + "]]";
    out += newline;
    for (const auto& [key, value] : entry.items()) {
        if (value.is_null()) continue;
        out += toml_key(key) + " = " + toml_value(value);
        out += newline;
    }
    return out;
}

/// Pairs go with the header they stand under.
std::size_t end_of_section(const std::vector<TomlPiece>& pieces, std::size_t header) {
    std::size_t end = pieces[header].end;
    for (const TomlPiece& piece : pieces) {
        if (piece.kind == TomlPiece::Kind::pair && piece.section == header + 1) end = piece.end;
    }
    return end;
}

/// Of a list's item all headers up to the next item, or to what is not below the list.
std::vector<Span> spans_of_item(const TomlDocument& document, const EntryPlace& place) {
    const DocumentNode* const list = document.root.find(place.path);
    const auto found = find_entry(document.root, place);
    if (list == nullptr || found == nullptr) return {};
    const auto wanted = static_cast<std::size_t>(found - list->items.data());
    std::vector<Span> spans;
    std::size_t item = 0;
    bool is_ours = false;
    for (std::size_t i = 0; i < document.pieces.size(); ++i) {
        const TomlPiece& piece = document.pieces[i];
        if (piece.kind == TomlPiece::Kind::pair) continue;
        if (piece.kind == TomlPiece::Kind::list_item && piece.path == place.path)
            is_ours = item++ == wanted;
        else
            is_ours = is_ours && is_below(piece.path, place.path);
        if (is_ours) spans.push_back({piece.begin, end_of_section(document.pieces, i)});
    }
    return spans;
}

std::vector<Span> spans_of_key(const TomlDocument& document, const EntryPlace& place) {
    Path path = place.path;
    path.push_back(place.name);
    std::vector<Span> spans;
    for (std::size_t i = 0; i < document.pieces.size(); ++i) {
        const TomlPiece& piece = document.pieces[i];
        if (!is_below(piece.path, path)) continue;
        if (piece.kind != TomlPiece::Kind::pair) {
            spans.push_back({piece.begin, end_of_section(document.pieces, i)});
        } else if (piece.section == 0 || !is_below(document.pieces[piece.section - 1].path, path)) {
            spans.push_back({piece.begin, piece.end});
        }
    }
    return spans;
}

std::vector<Span> spans_of(const TomlDocument& document, const EntryPlace& place) {
    return place.keyed == Keyed::by_key ? spans_of_key(document, place) : spans_of_item(document, place);
}

/// The end of the last table that stands at the place or below; the end of the file when there is none.
std::size_t behind_neighbours(const TomlDocument& document, const EntryPlace& place, std::size_t size) {
    std::size_t end = size;
    for (std::size_t i = 0; i < document.pieces.size(); ++i) {
        const TomlPiece& piece = document.pieces[i];
        if (piece.kind != TomlPiece::Kind::pair && is_below(piece.path, place.path))
            end = end_of_section(document.pieces, i);
    }
    return end;
}

void erase_with_blank_line(std::string& text, const Span& span) {
    std::size_t begin = span.begin;
    // The blank line that parts it from what stands before it.
    if (begin > 0) {
        const std::size_t before = line_begin(text, begin - 1);
        if (text.find_first_not_of(" \t\r\n", before) >= begin) begin = before;
    }
    text.erase(begin, span.end - begin);
}

}  // namespace

Result<std::string> put_toml(std::string_view text, const EntryPlace& place, const Json& merged) {
    const auto document = read_toml_pieces(text);
    if (!document) return document.error();
    const std::string_view newline = line_end_of(text);
    const std::string entry = entry_text(place, merged, newline);
    std::string out(text);
    const std::vector<Span> old = spans_of(*document, place);
    if (!old.empty()) {
        for (std::size_t i = old.size(); i-- > 1;) erase_with_blank_line(out, old[i]);
        out.replace(old[0].begin, old[0].end - old[0].begin, entry);
        return out;
    }
    const std::size_t at = behind_neighbours(*document, place, out.size());
    std::string added;
    if (at > 0 && out[at - 1] != '\n') added += newline;
    if (out.find_first_not_of(" \t\r\n") != std::string::npos) added += newline;
    out.insert(at, added + entry);
    return out;
}

Result<std::string> take_toml(std::string_view text, const EntryPlace& place) {
    const auto document = read_toml_pieces(text);
    if (!document) return document.error();
    std::string out(text);
    const std::vector<Span> spans = spans_of(*document, place);
    for (std::size_t i = spans.size(); i-- > 0;) erase_with_blank_line(out, spans[i]);
    return out;
}

}  // namespace mcpm::cli
