#include "cli/format.hpp"

#include "cli/json_path.hpp"
#include "cli/own_fields.hpp"
#include "cli/suggestion.hpp"
#include "cli/text_width.hpp"
#include "cli/yaml_emitter.hpp"
#include "common/ascii.hpp"
#include "common/fields/mcp_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/fields/why_fields.hpp"
#include "common/number.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <cstdlib>

namespace mcpm::cli {

void FormatChoice::declare(Options& options) {
    options.value("-o,--output,--format", "FORMAT", word_,
                  "table, wide, json, yaml, name or jsonpath=PATH (default: table, or MCPM_OUTPUT)");
    options.completes(Completes::formats);
    options.flag("--json", json_, "the same as -o json");
    options.flag("--no-trunc", no_cut_, "do not cut columns to the terminal's width");
}

void FormatChoice::declare_with_stream(Options& options) {
    takes_stream_ = true;
    declare(options);
}

void FormatChoice::declare_with_names(Options& options) {
    options.flag("-q,--quiet", quiet_, "names only, the same as -o name");
    declare(options);
}

void FormatChoice::declare_table(Options& options) {
    declare_with_names(options);
    options.value("--sort-by", "COLUMN", sort_by_, "sort the table by this column; -COLUMN turns it round");
    options.value("--columns", "A,B,…", columns_, "only these columns of the table, in this order");
}

Result<> FormatChoice::check() {
    const auto wrong = [](std::string message, std::string hint = {}) {
        return Error{ErrorCode::validation_error, std::move(message), {}, std::move(hint)};
    };
    if (takes_stream_ && word_ == "-") {
        is_stream_ = true;
        word_ = "table";
    }
    if (json_ && !word_.empty() && word_ != "json")
        return wrong("--json and -o " + word_ + " exclude each other");
    if (quiet_ && (json_ || (!word_.empty() && word_ != "name")))
        return wrong("-q prints names; it cannot be given together with -o " + (json_ ? "json" : word_));
    if (json_) word_ = "json";
    if (quiet_) word_ = "name";
    const char* const usual = std::getenv("MCPM_OUTPUT");
    const bool is_usual = word_.empty() && usual != nullptr;
    if (is_usual) word_ = usual;
    const std::string option = is_usual ? "MCPM_OUTPUT" : "-o";
    constexpr std::string_view path = "jsonpath=";
    if (word_.starts_with(path)) {
        path_ = word_.substr(path.size());
        word_ = "jsonpath";
        if (const auto good = check_json_path(path_); !good)
            return wrong(option + ": " + good.error().message);
        return {};
    }
    const std::vector<std::string> known{"table", "wide", "json", "yaml", "name"};
    if (word_.empty() || std::find(known.begin(), known.end(), word_) != known.end()) return {};
    return wrong(option + ": '" + word_ + "' is none of table, wide, json, yaml, name, jsonpath=PATH",
                 did_you_mean(word_, known));
}

Format FormatChoice::format() const {
    if (word_ == "json") return Format::json;
    if (word_ == "wide") return Format::wide;
    if (word_ == "yaml") return Format::yaml;
    if (word_ == "name") return Format::name;
    return word_ == "jsonpath" ? Format::path : Format::table;
}

void print_data(Output& out, const Json& data, const FormatChoice& choice) {
    if (choice.format() == Format::yaml) {
        out.write(to_yaml(data));
    } else if (choice.format() == Format::path) {
        for (const Json& found : find_json_path(data, choice.path()))
            out.write_foreign((found.is_string() ? found.get<std::string>() : compact(found)) + "\n");
    } else {
        out.write(pretty(data) + "\n");
    }
}

namespace {

// What names an item of any answer.
std::string name_of(const Json& item) {
    if (item.is_string()) return item.get<std::string>();
    for (const char* key : {fields::server::name, own::check, fields::server::run, fields::mcp::uri,
                            fields::mcp::uri_template, fields::server::id, own::file}) {
        if (std::string name = text(item, key); !name.empty()) return name;
    }
    return text(member(item, fields::why::server), fields::why::name);
}

bool is_same_word(std::string_view left, std::string_view right) {
    const auto lower = [](char letter) { return letter == ' ' ? '-' : ascii::lower(letter); };
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [&](char a, char b) { return lower(a) == lower(b); });
}

Result<std::size_t> column_of(const Table& table, std::string_view word, const char* option) {
    std::vector<std::string> known;
    for (std::size_t at = 0; at < table.columns.size(); ++at) {
        if (is_same_word(table.columns[at].title, word)) return at;
        known.push_back(table.columns[at].title);
    }
    std::string all;
    for (const std::string& title : known) all += (all.empty() ? "" : ", ") + title;
    return Error{ErrorCode::validation_error,
                 std::string(option) + ": there is no column '" + std::string(word) + "'",
                 {},
                 "the columns are " + all};
}

// "9MiB" before "10MiB": a number at the beginning counts as one, with its unit.
double weight_of(const std::string& cell) {
    if (const auto bytes = parse_bytes(cell)) return static_cast<double>(*bytes);
    if (const auto time = parse_duration(cell)) return static_cast<double>(time->count());
    std::string_view rest = cell;
    return take_number<double>(rest).value_or(0);
}

bool is_numeric(const std::string& cell) {
    return cell.empty() || ascii::is_digit(cell[0]);
}

Result<> sort_rows(Table& table, std::string word) {
    const bool is_down = word.starts_with('-');
    if (is_down) word.erase(0, 1);
    const auto at = column_of(table, word, "--sort-by");
    if (!at) return at.error();
    const std::size_t column = *at;
    const bool numbers = std::all_of(table.rows.begin(), table.rows.end(), [&](const auto& row) {
        return column >= row.size() || is_numeric(row[column].text);
    });
    const auto before = [&](const std::vector<Cell>& left, const std::vector<Cell>& right) {
        const std::string a = column < left.size() ? left[column].text : "";
        const std::string b = column < right.size() ? right[column].text : "";
        return numbers ? weight_of(a) < weight_of(b) : a < b;
    };
    std::stable_sort(table.rows.begin(), table.rows.end(), [&](const auto& left, const auto& right) {
        return is_down ? before(right, left) : before(left, right);
    });
    return {};
}

Result<> choose_columns(Table& table, std::string_view words) {
    Table chosen;
    chosen.rows.resize(table.rows.size());
    while (!words.empty()) {
        const std::size_t comma = std::min(words.find(','), words.size());
        const auto at = column_of(table, words.substr(0, comma), "--columns");
        if (!at) return at.error();
        words.remove_prefix(std::min(comma + 1, words.size()));
        chosen.columns.push_back(table.columns[*at]);
        chosen.columns.back().drop = 0;
        for (std::size_t row = 0; row < table.rows.size(); ++row)
            chosen.rows[row].push_back(*at < table.rows[row].size() ? table.rows[row][*at] : Cell{});
    }
    table = std::move(chosen);
    return {};
}

}  // namespace

bool print_for_programs(Output& out, const Json& data, const FormatChoice& choice) {
    if (choice.is_data()) {
        print_data(out, data, choice);
        return true;
    }
    if (choice.format() != Format::name) return false;
    if (!data.is_array()) {
        out.write_foreign(name_of(data) + "\n");
        return true;
    }
    for (const Json& item : data) out.write_foreign(name_of(item) + "\n");
    return true;
}

Result<> print_table(Output& out, const Table& table, const FormatChoice& choice) {
    Table shown = table;
    if (!choice.sort_by().empty()) {
        if (auto sorted = sort_rows(shown, choice.sort_by()); !sorted) return sorted;
    }
    if (!choice.columns().empty()) {
        if (auto chosen = choose_columns(shown, choice.columns()); !chosen) return chosen;
    }
    out.write(render(shown, choice.cuts() ? out.width() : 0, out.paint()));
    return {};
}

void print_facts(Output& out, const std::vector<std::pair<std::string, std::string>>& facts) {
    std::size_t widest = 0;
    for (const auto& [label, value] : facts) {
        if (!value.empty()) widest = std::max(widest, text_width(label));
    }
    const std::size_t indent = widest + 3;
    for (const auto& [label, value] : facts) {
        if (value.empty()) continue;
        out.write(label + ":" + std::string(indent - text_width(label) - 1, ' ') +
                  wrapped(harmless(value), indent, out.width()) + "\n");
    }
}

}  // namespace mcpm::cli
