// A configuration file of a program that is not ours, as a tree that knows where every value stands: JSON
// with comments, YAML or TOML. Read for what it says, and so that what is changed in it is changed in place
// and every other byte stays. Pure. Bounded: 32 MiB (YAML 4 MiB), 64 levels.
#pragma once

#include "common/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::cli {

enum class DocumentFormat { jsonc, yaml, toml };

struct DocumentNode;

struct DocumentKey {
    std::string text;
    std::size_t begin = 0, end = 0;  // bytes of the file; of TOML and YAML only the begin, for messages
};

struct DocumentNode {
    /// word: what is neither text nor structure: true, 3, a date. YAML's scalars are all text.
    enum class Kind { nothing, word, text, list, map };
    Kind kind = Kind::nothing;
    std::string text = {};  // of a word as it stands, of a text without quotes and escapes
    std::size_t begin = 0,
                end = 0;  // bytes of the file; of TOML's tables and YAML only the begin, for messages
    std::vector<std::pair<DocumentKey, DocumentNode>> members = {};
    std::vector<DocumentNode> items = {};

    /// The member, or null.
    const DocumentNode* find(std::string_view key) const;
    /// Through maps, from this one down.
    const DocumentNode* find(const std::vector<std::string>& path) const;
    bool is_map() const { return kind == Kind::map; }
    bool is_text() const { return kind == Kind::text; }
};

/// Whether two nodes have equal values, wherever and however they are written; the order of members counts.
bool same_values(const DocumentNode& left, const DocumentNode& right);

/// An empty text (or one of comments alone) is `nothing`. validation_error "LINE:COLUMN: …": not of the
/// format, a key that is there twice, too deep; payload_too_large.
Result<DocumentNode> read_document(DocumentFormat format, std::string_view text);

/// Line and column, from 1.
struct TextPlace {
    std::size_t line = 1, column = 1;
};
TextPlace text_place(std::string_view text, std::size_t at);

/// "LINE:COLUMN: message".
Error document_error(std::string_view text, std::size_t at, std::string_view message);

inline constexpr std::size_t largest_document = 32UL << 20;
inline constexpr std::size_t deepest_document = 64;

Result<DocumentNode> read_jsonc(std::string_view text);
Result<DocumentNode> read_toml(std::string_view text);
/// Lines and columns of what stands where: see yaml_edit.
Result<DocumentNode> read_yaml_document(std::string_view text);

}  // namespace mcpm::cli
