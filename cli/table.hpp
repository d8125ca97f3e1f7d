// A table as text: columns aligned, cut to a width where one is given. Pure. Cells are plain text (already
// harmless to a terminal); colour is added after measuring.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mcpm::cli {

enum class Colour { none, red, green, yellow, grey, bold };

/// SGR around `text`, or `text` alone for Colour::none.
std::string coloured(const std::string& text, Colour colour);

struct Cell {
    std::string text;
    Colour colour = Colour::none;
};

enum class Align { left, right };
enum class Shrink { last, first };  // `first`: gives way before the others when the table is too wide

struct Column {
    std::string title;
    Shrink shrink = Shrink::last;
    Align align = Align::left;
    /// In a terminal that is too narrow the columns with the highest number go first; 0 stays.
    unsigned drop = 0;
    /// Ids and pids: a part of one is worth nothing.
    bool is_whole = false;
};

struct Table {
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
};

enum class Paint { no, yes };

/// `width` 0 = as wide as it needs. Two spaces between columns, none at a line's end.
std::string render(const Table& table, std::size_t width, Paint paint);

}  // namespace mcpm::cli
