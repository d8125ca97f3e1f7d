#include "cli/table.hpp"

#include "cli/text_width.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace mcpm::cli {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t least_of_flexible = 8;
constexpr std::size_t least_of_any = 4;

std::vector<std::size_t> natural_widths(const Table& table) {
    std::vector<std::size_t> widths;
    for (const Column& column : table.columns) widths.push_back(text_width(column.title));
    for (const auto& row : table.rows) {
        for (std::size_t at = 0; at < row.size() && at < widths.size(); ++at) {
            widths[at] = std::max(widths[at], text_width(row[at].text));
        }
    }
    return widths;
}

std::size_t total_width(const std::vector<std::size_t>& widths) {
    return std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
}

// Takes one column at a time from the widest that may give way; false when none can.
bool shrink_widest(const Table& table, std::vector<std::size_t>& widths, Shrink which, std::size_t least) {
    std::size_t* widest = nullptr;
    for (std::size_t at = 0; at < widths.size(); ++at) {
        if (table.columns[at].is_whole) continue;
        if (which == Shrink::first && table.columns[at].shrink != Shrink::first) continue;
        if (widths[at] > least && (widest == nullptr || widths[at] > *widest)) widest = &widths[at];
    }
    if (widest == nullptr) return false;
    --*widest;
    return true;
}

void drop_column(Table& table, std::vector<std::size_t>& widths, std::size_t at) {
    const auto place = static_cast<std::ptrdiff_t>(at);
    table.columns.erase(table.columns.begin() + place);
    widths.erase(widths.begin() + place);
    for (auto& row : table.rows) {
        if (at < row.size()) row.erase(row.begin() + place);
    }
}

// False when none may go.
bool drop_least(Table& table, std::vector<std::size_t>& widths) {
    const auto least =
        std::max_element(table.columns.begin(), table.columns.end(),
                         [](const Column& left, const Column& right) { return left.drop < right.drop; });
    if (least == table.columns.end() || least->drop == 0) return false;
    drop_column(table, widths, static_cast<std::size_t>(least - table.columns.begin()));
    return true;
}

// The last column that may be cut, but for the first: of a table that is too wide however much is cut.
bool drop_last(Table& table, std::vector<std::size_t>& widths) {
    for (std::size_t at = table.columns.size(); at-- > 1;) {
        if (table.columns[at].is_whole) continue;
        drop_column(table, widths, at);
        return true;
    }
    return false;
}

// First what is flexible gives way, then columns go that say they may, then everything is cut, last any
// column goes.
void fit_widths(Table& table, std::vector<std::size_t>& widths, std::size_t width) {
    while (total_width(widths) > width) {
        if (shrink_widest(table, widths, Shrink::first, least_of_flexible)) continue;
        if (drop_least(table, widths)) {
            widths = natural_widths(table);
            continue;
        }
        if (shrink_widest(table, widths, Shrink::last, least_of_any)) continue;
        if (!drop_last(table, widths)) return;
        widths = natural_widths(table);
    }
}

void append_row(std::string& out, const Table& table, const std::vector<std::size_t>& widths,
                const std::vector<Cell>& row, Paint paint) {
    std::string line;
    for (std::size_t at = 0; at < widths.size(); ++at) {
        const Cell cell = at < row.size() ? row[at] : Cell{};
        const std::string shown = fit(cell.text, widths[at]);
        const std::string padding(widths[at] - text_width(shown), ' ');
        const std::string painted = paint == Paint::yes ? coloured(shown, cell.colour) : shown;
        const bool last = at + 1 == widths.size();
        if (table.columns[at].align == Align::right) {
            line += padding + painted;
        } else {
            line += painted;
            if (!last) line += padding;
        }
        if (!last) line.append(gap, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line;
    out += '\n';
}

}  // namespace

std::string coloured(const std::string& text, Colour colour) {
    const char* code = "";
    switch (colour) {
        case Colour::none:
            return text;
        case Colour::red:
            code = "31";
            break;
        case Colour::green:
            code = "32";
            break;
        case Colour::yellow:
            code = "33";
            break;
        case Colour::grey:
            code = "2";
            break;
        case Colour::bold:
            code = "1";
            break;
    }
    return text.empty() ? text : std::string("\x1b[") + code + "m" + text + "\x1b[0m";
}

std::string render(const Table& whole, std::size_t width, Paint paint) {
    if (whole.columns.empty()) return {};
    Table table = whole;
    std::vector<std::size_t> widths = natural_widths(table);
    if (width > 0) fit_widths(table, widths, width);
    std::string out;
    std::vector<Cell> titles;
    for (const Column& column : table.columns) titles.push_back({column.title, Colour::bold});
    append_row(out, table, widths, titles, paint);
    for (const auto& row : table.rows) append_row(out, table, widths, row, paint);
    return out;
}

}  // namespace mcpm::cli
