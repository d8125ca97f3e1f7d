#include "cli/help.hpp"

#include "cli/suggestion.hpp"
#include "cli/text_width.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::cli {

namespace {

constexpr std::size_t page_width = 80;

using Rows = std::vector<std::pair<std::string, std::string>>;

void append_rows(std::string& out, const Rows& rows) {
    constexpr std::size_t widest_left = 30;
    std::size_t left = 0;
    for (const auto& [name, text] : rows) {
        if (text_width(name) <= widest_left) left = std::max(left, text_width(name));
    }
    for (const auto& [name, text] : rows) {
        out += "  " + name;
        if (text_width(name) > left) {
            out += "\n" + std::string(left + 4, ' ') + wrapped(text, left + 4, page_width) + "\n";
        } else {
            out += std::string(left - text_width(name) + 2, ' ') + wrapped(text, left + 4, page_width) + "\n";
        }
    }
}

std::string option_title(const OptionRow& row) {
    std::string title;
    for (const std::string& name : option_names(row.names)) title += (title.empty() ? "" : ", ") + name;
    if (!title.starts_with("-") || title.starts_with("--")) title = "    " + title;
    if (!row.value.empty()) title += " " + row.value;
    return title;
}

}  // namespace

std::string help_page() {
    std::string out = "mcpm runs, watches and shares MCP servers.\n\nusage: mcpm COMMAND [ARGUMENTS]\n";
    for (const Group group :
         {Group::define, Group::look, Group::run, Group::use, Group::share, Group::keep, Group::agent}) {
        out += "\n" + std::string(group_title(group)) + "\n";
        Rows rows;
        for (const CommandRow& row : all_commands()) {
            if (row.group == group) rows.emplace_back(std::string(row.name), std::string(row.summary));
        }
        append_rows(out, rows);
    }
    out +=
        "\n`mcpm COMMAND --help` shows a command's options; `man mcpm` shows everything.\n"
        "The first server:\n  mcpm add everything --npm @modelcontextprotocol/server-everything --start\n";
    return out;
}

std::string command_help(const CommandRow& row, const Options& options) {
    std::string out = std::string(row.name) + ": " + std::string(row.summary) + "\n\nusage: mcpm " +
                      std::string(row.name) + (row.usage.empty() ? "" : " ") + std::string(row.usage) + "\n";
    if (!row.aliases.empty()) out += "also:  " + std::string(row.aliases) + "\n";
    Rows positionals;
    for (const PositionalRow& positional : options.positional_rows()) {
        positionals.emplace_back(positional.name, positional.help);
    }
    if (!options.rest_name().empty())
        positionals.emplace_back("-- " + options.rest_name(), options.rest_help());
    if (!positionals.empty()) {
        out += "\nArguments\n";
        append_rows(out, positionals);
    }
    Rows rows;
    for (const OptionRow& option : options.option_rows())
        rows.emplace_back(option_title(option), option.help);
    rows.emplace_back("-h, --help", "show this page");
    out += "\nOptions\n";
    append_rows(out, rows);
    return out;
}

std::string unknown_command_hint(const std::vector<std::string>& words) {
    const auto seconds = second_words(words[0]);
    if (seconds.empty()) return did_you_mean(words[0], first_words());
    std::string known;
    for (const std::string& second : seconds) known += (known.empty() ? "" : ", ") + second;
    const std::string meant = words.size() > 1 ? did_you_mean(words[1], seconds) : "";
    return (meant.empty() ? "" : meant + " ") + "`mcpm " + words[0] + "` has: " + known;
}

}  // namespace mcpm::cli
