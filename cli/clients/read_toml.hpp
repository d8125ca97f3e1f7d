// TOML 1.0 with the place of every header and every pair, which is what an edit in place needs. Dates are
// kept as they stand. Pure.
#pragma once

#include "cli/clients/document.hpp"

namespace mcpm::cli {

struct TomlPiece {
    enum class Kind { table, list_item, pair };  // [a.b], [[a.b]], a.b = 1
    Kind kind = Kind::pair;
    std::vector<std::string> path;   // from the root; of a pair with its table's
    std::size_t begin = 0, end = 0;  // whole lines
    std::size_t section = 0;         // which header it stands under: its index + 1 among the pieces; 0: none
};

struct TomlDocument {
    DocumentNode root;
    std::vector<TomlPiece> pieces;  // in the order of the file
};

/// As read_document says.
Result<TomlDocument> read_toml_pieces(std::string_view text);

}  // namespace mcpm::cli
