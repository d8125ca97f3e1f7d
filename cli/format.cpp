#include "cli/format.hpp"

#include "cli/text_width.hpp"
#include "cli/yaml_emitter.hpp"

#include <algorithm>

namespace mcpm::cli {

void FormatChoice::declare(Options& options) {
    options.value("-o,--output,--format", "FORMAT", word_,
                  "table, wide, json, yaml or name (default: table)");
    options.choices({"table", "wide", "json", "yaml", "name"});
    options.flag("--json", json_, "the same as -o json");
    options.flag("--no-trunc", no_cut_, "do not cut columns to the terminal's width");
}

Format FormatChoice::format() const {
    if (json_ || word_ == "json") return Format::json;
    if (word_ == "wide") return Format::wide;
    if (word_ == "yaml") return Format::yaml;
    if (word_ == "name") return Format::name;
    return Format::table;
}

void print_data(Output& out, const Json& data, Format format) {
    out.write(format == Format::yaml ? to_yaml(data) : pretty(data) + "\n");
}

void print_table(Output& out, const Table& table, const FormatChoice& choice) {
    out.write(render(table, choice.cuts() ? out.width() : 0, out.paint()));
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
