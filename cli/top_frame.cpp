#include "cli/top_frame.hpp"

#include "cli/output.hpp"
#include "cli/server_view.hpp"
#include "cli/sparkline.hpp"
#include "cli/text_width.hpp"
#include "common/enum_names.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace mcpm::cli {

namespace {

constexpr std::size_t lines_around = 4;  // two above the rows, the column titles, the keys
constexpr std::size_t least_name = 12;
constexpr std::size_t least_trend = 10;
constexpr std::size_t most_trend = 60;

struct Field {
    std::string_view title;
    std::size_t width;  // 0: the name's, or what is left for the trend
    Align align;
    std::size_t from, below;  // columns of a terminal that has it
    std::optional<TopSort> sort;
    std::string (*text)(const TopRow&, Timestamp);
};

std::string bytes(const TopRow& row) {
    return row.memory_bytes ? format_bytes(*row.memory_bytes) : std::string();
}

std::string trend(const TopState& state, const TopRow& row, std::size_t columns) {
    const auto* const values = state.history_of(row.id);
    if (values == nullptr) return {};
    const auto count = std::min(values->size(), columns);
    const std::vector<std::optional<double>> last(values->end() - static_cast<std::ptrdiff_t>(count),
                                                  values->end());
    return sparkline(last, columns, 100);
}

std::string health_of(const TopRow& row) {
    return row.state == ShownStatus::running ? std::string(name_of(row.health)) : std::string();
}
/// One that does not run has no health, and perhaps a reason.
std::string health_or_reason(const TopRow& row) {
    return row.state == ShownStatus::running ? std::string(name_of(row.health)) : harmless(row.reason);
}

using Row = const TopRow&;
constexpr std::size_t any = 100'000;
// Each appears where those before it leave the name at least twelve columns.
constexpr std::array fields{
    Field{"NAME", 0, Align::left, 0, any, TopSort::name,
          [](Row row, Timestamp) { return harmless(row.name); }},
    Field{"STATE", 8, Align::left, 22, any, TopSort::state,
          [](Row row, Timestamp) { return std::string(name_of(row.state)); }},
    Field{"HEALTH", 9, Align::left, 58, 70, TopSort::health,
          [](Row row, Timestamp) { return health_of(row); }},
    Field{"HEALTH", 12, Align::left, 70, any, TopSort::health,
          [](Row row, Timestamp) { return health_or_reason(row); }},
    Field{"CPU%", 5, Align::right, 29, any, TopSort::cpu,
          [](Row row, Timestamp) {
              return row.cpu_percent ? fmt::format("{:.1f}", *row.cpu_percent) : std::string();
          }},
    Field{"MEMORY", 8, Align::right, 40, any, TopSort::memory, [](Row row, Timestamp) { return bytes(row); }},
    Field{"CALLS", 6, Align::right, 48, any, TopSort::calls,
          [](Row row, Timestamp) { return std::to_string(row.calls); }},
    Field{"ERRORS", 7, Align::right, 72, any, TopSort::errors,
          [](Row row, Timestamp) { return std::to_string(row.errors); }},
    Field{"UP", 4, Align::right, 84, any, std::nullopt,
          [](Row row, Timestamp now) {
              return row.state == ShownStatus::running ? age_since(row.started_at, now) : std::string();
          }},
    Field{"OPEN", 4, Align::right, 92, any, std::nullopt,
          [](Row row, Timestamp) { return std::to_string(row.in_flight); }},
    Field{"RESTARTS", 8, Align::right, 102, any, std::nullopt,
          [](Row row, Timestamp) { return std::to_string(row.restarts); }},
    Field{
        "PROCS", 5, Align::right, 130, any, std::nullopt,
        [](Row row, Timestamp) { return row.processes > 0 ? std::to_string(row.processes) : std::string(); }},
    Field{"PID", 7, Align::right, 140, any, std::nullopt, [](Row row, Timestamp) { return row.pid; }},
};

constexpr std::string_view gap = "  ";
// In front of the chosen row: who has no colours sees it too.
constexpr std::string_view mark = "> ";
constexpr std::string_view no_mark = "  ";

/// The columns of a screen: the name takes what the longest one needs, the trend of CPU what is left.
struct Layout {
    std::vector<const Field*> fields;
    std::size_t name = 0;
    std::size_t trend = 0;  // 0: there is no room for it
};

Layout layout_for(const TopState& state, std::size_t columns) {
    Layout layout;
    for (const Field& field : fields)
        if (columns >= field.from && columns < field.below) layout.fields.push_back(&field);
    std::size_t taken = 0;
    for (const Field* field : layout.fields) taken += field->width + gap.size();
    taken -= gap.size();
    const std::size_t left = columns > taken ? columns - taken : 0;
    std::size_t needed = least_name;
    for (const TopRow& row : state.rows()) needed = std::max(needed, text_width(harmless(row.name)));
    layout.name = std::min(left, needed);
    const std::size_t unused = left - layout.name;
    if (columns >= 100 && unused >= least_trend + gap.size())
        layout.trend = std::min(unused - gap.size(), most_trend);
    return layout;
}

std::string padded(const std::string& text, std::size_t width, Align align) {
    std::string cut = fit(text, width);
    const std::string space(width - std::min(width, text_width(cut)), ' ');
    return align == Align::left ? cut + space : space + cut;
}

/// Cut, and filled up to the whole width.
std::string whole_line(const std::string& text, std::size_t columns) {
    return padded(text, columns, Align::left);
}

Colour cell_colour(const Field& field, const TopRow& row) {
    if (field.title == "STATE") return colour_of(row.state);
    if (field.title == "HEALTH" && (row.health == Health::unhealthy || row.state == ShownStatus::error))
        return Colour::red;
    if (field.title == "ERRORS" && row.errors > 0) return Colour::yellow;
    if (field.title == "CPU%" && row.cpu_percent.value_or(0) >= 80) return Colour::yellow;
    return row.state == ShownStatus::stopped ? Colour::grey : Colour::none;
}

enum class Chosen { no, yes };

std::string row_line(const TopState& state, const TopRow& row, std::size_t columns, Timestamp now,
                     Chosen chosen, Paint paint) {
    const std::size_t width = columns - std::min(columns, mark.size());
    const Layout layout = layout_for(state, width);
    std::string line(chosen == Chosen::yes ? mark : no_mark);
    for (const Field* field : layout.fields) {
        if (field != layout.fields.front()) line += gap;
        const std::string cell =
            padded(field->text(row, now), field->width == 0 ? layout.name : field->width, field->align);
        const bool is_painted = paint == Paint::yes && chosen == Chosen::no;
        line += is_painted ? coloured(cell, cell_colour(*field, row)) : cell;
    }
    if (layout.trend > 0) line += std::string(gap) + trend(state, row, layout.trend);
    if (chosen == Chosen::no || paint == Paint::no) return line;
    return "\x1b[7m" + whole_line(line, columns) + "\x1b[0m";
}

std::string titles(const TopState& state, std::size_t columns, Paint paint) {
    const std::size_t width = columns - std::min(columns, mark.size());
    const Layout layout = layout_for(state, width);
    std::string line(no_mark);
    for (const Field* field : layout.fields) {
        if (field != layout.fields.front()) line += gap;
        std::string title(field->title);
        if (field->sort == state.sort()) title += state.is_reversed() ? "▴" : "▾";
        line += padded(title, field->width == 0 ? layout.name : field->width, field->align);
    }
    if (layout.trend > 0) line += std::string(gap) + fit("CPU OVER TIME", layout.trend);
    line = whole_line(line, columns);
    return paint == Paint::yes ? coloured(line, Colour::bold) : line;
}

/// As many of them as fit, one behind the other.
std::string those_that_fit(const std::vector<std::string>& parts, std::size_t columns) {
    std::string line;
    for (const auto& part : parts) {
        const std::string more = (line.empty() ? "" : "  ") + part;
        if (text_width(line) + text_width(more) <= columns) line += more;
    }
    return line;
}

std::string summary(const TopState& state, std::size_t columns, Timestamp now) {
    std::size_t running = 0;
    std::size_t unhealthy = 0;
    std::size_t failed = 0;
    double cpu = 0;
    std::uint64_t memory = 0;
    for (const TopRow& row : state.rows()) {
        if (row.state == ShownStatus::running) ++running;
        if (row.state == ShownStatus::running && row.health == Health::unhealthy) ++unhealthy;
        if (row.state == ShownStatus::error) ++failed;
        cpu += row.cpu_percent.value_or(0);
        memory += row.memory_bytes.value_or(0);
    }
    std::vector<std::string> parts{"mcpm top", fmt::format("{} of {} running", running, state.rows().size())};
    if (failed > 0) parts.push_back(fmt::format("{} in error", failed));
    if (unhealthy > 0) parts.push_back(fmt::format("{} unhealthy", unhealthy));
    parts.push_back(fmt::format("CPU {:.1f}%", cpu));
    parts.push_back(format_bytes(memory));
    parts.push_back(format_time(now).substr(11, 8) + "Z");
    return those_that_fit(parts, columns);
}

/// What the columns of a narrow screen have no room for.
std::string about_chosen(const TopState& state) {
    const auto all = state.shown();
    if (all.empty()) return {};
    const TopRow& row = *all[state.selected()];
    const bool has_trouble = row.state == ShownStatus::error ||
                             (row.state == ShownStatus::running && row.health == Health::unhealthy);
    if (!has_trouble) return {};
    const std::string trouble = row.state == ShownStatus::running ? std::string(name_of(row.health))
                                : row.reason.empty()              ? std::string(name_of(row.state))
                                                                  : harmless(row.reason);
    return harmless(row.name) + ": " + trouble + "; w says why";
}

std::string second_line(const TopState& state) {
    if (state.is_typing()) return "filter: " + harmless(state.filter()) + "▏";
    if (!state.message().empty()) return harmless(state.message());
    if (state.filter().empty()) return about_chosen(state);
    return fmt::format("filter: {}  ({} of {}; Esc drops it)", harmless(state.filter()), state.shown().size(),
                       state.rows().size());
}

/// The most wanted first.
std::string keys(std::size_t columns, const TopState& state) {
    if (state.panel()) return those_that_fit({"q back", "↑↓ scroll", "G end"}, columns);
    if (state.is_typing()) return those_that_fit({"Enter keep", "Esc drop"}, columns);
    return those_that_fit({"q quit", "? help", "s start", "x stop", "r restart", "l logs", "w why",
                           "/ filter", "<> sort", "I reverse"},
                          columns);
}

void add_panel(std::vector<std::string>& lines, const TopPanel& panel, TopSize size, Paint paint) {
    const std::string title = whole_line(harmless(panel.title), size.columns);
    lines.push_back(paint == Paint::yes ? coloured(title, Colour::bold) : title);
    lines.emplace_back();
    const std::size_t page = panel_lines(size);
    const auto all = panel_text(panel, size.columns);
    const std::size_t last = all.size() > page ? all.size() - page : 0;
    const std::size_t first = panel.follows ? last : std::min(panel.first, last);
    for (std::size_t at = first; at < all.size() && at < first + page; ++at) lines.push_back(all[at]);
}

void add_list(std::vector<std::string>& lines, const TopState& state, TopSize size, Timestamp now,
              Paint paint) {
    const std::string head = summary(state, size.columns, now);
    lines.push_back(paint == Paint::yes ? coloured(head, Colour::bold) : head);
    lines.push_back(fit(second_line(state), size.columns));
    lines.push_back(titles(state, size.columns, paint));
    const auto all = state.shown();
    const std::size_t page = size.lines > lines_around ? size.lines - lines_around : 1;
    const std::size_t selected = state.selected();
    const std::size_t first = selected >= page ? selected - page + 1 : 0;
    for (std::size_t at = first; at < all.size() && at < first + page; ++at)
        lines.push_back(
            row_line(state, *all[at], size.columns, now, at == selected ? Chosen::yes : Chosen::no, paint));
    if (state.has_looked() && state.rows().empty())
        lines.push_back(fit("No server is defined: mcpm add, mcpm install", size.columns));
}

}  // namespace

std::vector<std::string> top_frame(const TopState& state, TopSize size, Timestamp now, Paint paint) {
    std::vector<std::string> lines;
    if (state.panel()) {
        add_panel(lines, *state.panel(), size, paint);
    } else {
        add_list(lines, state, size, now, paint);
    }
    lines.resize(std::max<std::size_t>(size.lines, 1) - 1);  // cut on a screen of next to no lines
    lines.push_back(keys(size.columns, state));
    return lines;
}

}  // namespace mcpm::cli
