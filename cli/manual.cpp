#include "cli/manual.hpp"

#include "cli/command_examples.hpp"
#include "cli/commands.hpp"
#include "cli/manual_facts.hpp"

namespace mcpm::cli {

namespace {

std::string option_title(const OptionRow& row) {
    std::string title;
    for (const std::string& name : option_names(row.names)) title += (title.empty() ? "" : ", ") + name;
    return row.value.empty() ? title : title + " " + row.value;
}

std::string markdown_cell(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        if (letter == '|') out += '\\';
        out += letter;
    }
    return out;
}

std::string markdown_command(const CommandRow& row) {
    const Options options = describe(row);
    std::string out = "### `mcpm " + std::string(row.name) + "`\n\n" + std::string(row.summary) +
                      "\n\n```\nmcpm " + std::string(row.name) + (row.usage.empty() ? "" : " ") +
                      std::string(row.usage) + "\n```\n\n";
    if (!row.aliases.empty()) out += "Also: `" + std::string(row.aliases) + "`\n\n";
    std::string rows;
    for (const PositionalRow& positional : options.positional_rows()) {
        rows += "| `" + markdown_cell(positional.name) + "` | " + markdown_cell(positional.help) + " |\n";
    }
    if (!options.rest_name().empty())
        rows += "| `-- " + options.rest_name() + "` | " + options.rest_help() + " |\n";
    for (const OptionRow& option : options.option_rows()) {
        rows += "| `" + markdown_cell(option_title(option)) + "` | " + markdown_cell(option.help) + " |\n";
    }
    if (!rows.empty()) out += "| | |\n|---|---|\n" + rows + "\n";
    const auto examples = examples_of(row.name);
    if (examples.empty()) return out;
    out += "```sh\n";
    for (const Example& example : examples)
        out += std::string(example.command) +
               (example.what.empty() ? "" : "   # " + std::string(example.what)) + "\n";
    return out + "```\n\n";
}

}  // namespace

std::string command_reference() {
    std::string out =
        "# Command line\n\nMade from the table of commands by `mcpm __manual`; do not edit by hand.\n\n" +
        std::string(silence) + "\n\n";
    for (const Group group :
         {Group::define, Group::look, Group::run, Group::use, Group::share, Group::keep, Group::agent}) {
        out += "## " + std::string(group_title(group)) + "\n\n";
        for (const CommandRow& row : all_commands()) {
            if (row.group == group) out += markdown_command(row);
        }
    }
    out += "## Exit status\n\n| status | meaning |\n|---|---|\n";
    for (const Fact& fact : exit_facts)
        out += "| " + std::string(fact.name) + " | " + std::string(fact.text) + " |\n";
    return out;
}

}  // namespace mcpm::cli
