#include "cli/help.hpp"

#include "cli/command_examples.hpp"
#include "cli/suggestion.hpp"
#include "cli/synonyms.hpp"
#include "cli/text_width.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::cli {

namespace {

constexpr std::size_t usual_width = 80;
constexpr std::size_t least_width = 40;
constexpr std::size_t most_width = 100;  // longer lines are hard to read

std::size_t page_width(std::size_t terminal) {
    return terminal == 0 ? usual_width : std::clamp(terminal, least_width, most_width);
}

using Rows = std::vector<std::pair<std::string, std::string>>;

void append_rows(std::string& out, Rows rows, std::size_t width) {
    for (auto& [name, text] : rows) {
        name = in_letters_of_locale(std::move(name));
        text = in_letters_of_locale(std::move(text));
    }
    const std::size_t widest_left = width < usual_width ? width / 3 : 30;
    std::size_t left = 0;
    for (const auto& [name, text] : rows) {
        if (text_width(name) <= widest_left) left = std::max(left, text_width(name));
    }
    for (const auto& [name, text] : rows) {
        out += "  " + name;
        if (text_width(name) > left) {
            out += "\n" + std::string(left + 4, ' ') + wrapped(text, left + 4, width) + "\n";
        } else {
            out += std::string(left - text_width(name) + 2, ' ') + wrapped(text, left + 4, width) + "\n";
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

/// A command that is wider than the page, as a shell takes it over several lines: broken at blanks that stand
/// in no quotes.
std::string broken_command(std::string_view command, std::size_t width) {
    constexpr std::string_view indent = "  ", further = "      ";
    std::string out(indent);
    std::size_t column = indent.size();
    while (!command.empty()) {
        char quote = 0;
        std::size_t length = 0;
        for (; length < command.size() && (quote != 0 || command[length] != ' ' || length == 0); ++length) {
            const char c = command[length];
            if (quote == 0 && (c == '\'' || c == '"'))
                quote = c;
            else if (c == quote)
                quote = 0;
        }
        if (column + length + 2 > width && column > further.size()) {
            out += " \\\n" + std::string(further);
            column = further.size();
            const std::size_t blank = command.front() == ' ' ? 1 : 0;
            command.remove_prefix(blank);
            length -= blank;
        }
        out += command.substr(0, length);
        column += length;
        command.remove_prefix(length);
    }
    return out + "\n";
}

}  // namespace

std::string usage_line(const CommandRow& row) {
    std::string words(row.usage);
    // Where the options stand in the usage, it says so itself.
    if (words.find("[OPTIONS]") == std::string::npos)
        words = "[OPTIONS]" + std::string(words.empty() ? "" : " ") + words;
    return "usage: mcpm " + std::string(row.name) + " " + words;
}

std::string help_page(std::size_t terminal) {
    const std::size_t width = page_width(terminal);
    std::string out = "mcpm runs, watches and shares MCP servers.\n\nusage: mcpm COMMAND [ARGUMENTS]\n";
    for (const Group group :
         {Group::define, Group::look, Group::run, Group::use, Group::share, Group::keep, Group::agent}) {
        out += "\n" + std::string(group_title(group)) + "\n";
        Rows rows;
        for (const CommandRow& row : all_commands()) {
            if (row.group == group) rows.emplace_back(std::string(row.name), std::string(row.summary));
        }
        append_rows(out, rows, width);
    }
    out += "\nOptions of every command\n";
    append_rows(out,
                {{"--color WHEN", "auto, always or never (NO_COLOR and CLICOLOR_FORCE are known too)"},
                 {"--debug", "say each request to the agent with its time"},
                 {"--no-pager", "do not show long output a screen at a time"},
                 {"-h, --help", "show a command's page"}},
                width);
    out +=
        "\n" +
        wrapped("`mcpm COMMAND --help` shows a command's options; `man mcpm` shows everything.", 0, width) +
        "\nThe first server:\n" +
        broken_command("mcpm add everything --npm @modelcontextprotocol/server-everything --start", width);
    return out;
}

std::string group_help(std::string_view group, std::size_t terminal) {
    const std::size_t width = page_width(terminal);
    std::string out = "usage: mcpm " + std::string(group) + " COMMAND [ARGUMENTS]\n\nCommands\n";
    Rows rows;
    for (const CommandRow& row : all_commands()) {
        const std::size_t space = row.name.find(' ');
        if (row.group == Group::hidden || space == std::string_view::npos ||
            row.name.substr(0, space) != group)
            continue;
        rows.emplace_back(std::string(row.name.substr(space + 1)), std::string(row.summary));
    }
    append_rows(out, rows, width);
    return out + "\n`mcpm " + std::string(group) + " COMMAND --help` shows a command's options.\n";
}

namespace {

void append_options(std::string& out, const Options& options, std::size_t width) {
    std::vector<std::string> sections;
    for (const OptionRow& option : options.option_rows()) {
        if (std::find(sections.begin(), sections.end(), option.section) == sections.end())
            sections.push_back(option.section);
    }
    if (sections.empty()) sections.emplace_back();
    for (const std::string& section : sections) {
        Rows rows;
        for (const OptionRow& option : options.option_rows()) {
            if (option.section == section) rows.emplace_back(option_title(option), option.help);
        }
        if (section == sections.back()) rows.emplace_back("-h, --help", "show this page");
        out += "\n" + (section.empty() ? std::string("Options") : section) + "\n";
        append_rows(out, rows, width);
    }
}

void append_examples(std::string& out, std::string_view name, std::size_t width) {
    const auto examples = examples_of(name);
    if (examples.empty()) return;
    out += "\nExamples\n";
    for (const Example& example : examples) {
        out += broken_command(example.command, width);
        if (!example.what.empty()) out += "      " + wrapped(example.what, 6, width) + "\n";
    }
}

}  // namespace

std::string command_help(const CommandRow& row, const Options& options, std::size_t terminal) {
    const std::size_t width = page_width(terminal);
    std::string out = wrapped(std::string(row.name) + ": " + std::string(row.summary), 2, width) + "\n\n" +
                      in_letters_of_locale(usage_line(row)) + "\n";
    if (!row.aliases.empty()) out += "also:  " + std::string(row.aliases) + "\n";
    Rows positionals;
    for (const PositionalRow& positional : options.positional_rows()) {
        positionals.emplace_back(positional.name, positional.help);
    }
    if (!options.rest_name().empty())
        positionals.emplace_back("-- " + options.rest_name(), options.rest_help());
    if (!positionals.empty()) {
        out += "\nArguments\n";
        append_rows(out, positionals, width);
    }
    append_options(out, options, width);
    append_examples(out, row.name, width);
    return out;
}

std::string unknown_command_hint(const std::vector<std::string>& words) {
    const auto seconds = second_words(words[0]);
    if (seconds.empty()) {
        const std::string ours = our_word_for(words[0]);
        return ours.empty() ? did_you_mean_command(words[0], first_words()) : ours;
    }
    std::string known;
    for (const std::string& second : seconds) known += (known.empty() ? "" : ", ") + second;
    const std::string meant = words.size() > 1 ? did_you_mean_command(words[1], seconds) : "";
    return (meant.empty() ? "" : meant + " ") + "`mcpm " + words[0] + "` has: " + known;
}

}  // namespace mcpm::cli
