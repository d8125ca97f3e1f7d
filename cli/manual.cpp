#include "cli/manual.hpp"

#include "cli/commands.hpp"

#include <array>
#include <string_view>

namespace mcpm::cli {

namespace {

struct Fact {
    std::string_view name;
    std::string_view text;
};

constexpr std::array exit_facts{
    Fact{"0", "done"},
    Fact{"1", "failed"},
    Fact{"2", "wrong usage, or a definition that is not valid"},
    Fact{"3", "the asked state does not hold: not running, not healthy, the tool reported an error"},
    Fact{"4", "no such server, tool, run, command or file"},
    Fact{"5", "the agent cannot be reached or started"},
    Fact{"6", "conflict: the name is taken, the server is running"},
    Fact{"124", "timed out"},
    Fact{"130", "interrupted"},
};
constexpr std::array environment_facts{
    Fact{"MCPM_CONFIG_HOME, MCPM_DATA_HOME, MCPM_STATE_HOME, MCPM_RUNTIME_DIR",
         "folders in place of the XDG ones"},
    Fact{"MCPM_SYSTEM", "1: the folders of the system service (/etc, /var/lib, /run)"},
    Fact{"NO_COLOR", "no colour, whatever the terminal"},
    Fact{"VISUAL, EDITOR", "the editor of `mcpm edit`"},
};
constexpr std::array file_facts{
    Fact{"$XDG_DATA_HOME/mcpm", "definitions (mcpm.db) and installed packages"},
    Fact{"$XDG_STATE_HOME/mcpm", "logs of the servers, agent.log, snapshot.json"},
    Fact{"$XDG_RUNTIME_DIR/mcpm/agent.sock", "the agent's socket"},
};
constexpr std::string_view silence =
    "start, stop, restart, enable, disable, remove and wait print nothing when they succeed (-v prints the "
    "names); "
    "add prints the name. list, show, status, logs and doctor work without the agent, from what it last "
    "wrote, and "
    "say so; every other command starts the agent when it is not running.";

// roff reads backslashes, and dots and quotes at a line's start.
std::string roff(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        if (letter == '\\') {
            out += "\\e";
        } else if (letter == '-') {
            out += "\\-";
        } else {
            if ((letter == '.' || letter == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
            out += letter;
        }
    }
    return out;
}

std::string option_title(const OptionRow& row) {
    std::string title;
    for (const std::string& name : option_names(row.names)) title += (title.empty() ? "" : ", ") + name;
    return row.value.empty() ? title : title + " " + row.value;
}

std::string roff_item(std::string_view title, std::string_view text) {
    return ".TP\n.B " + roff(title) + "\n" + roff(text) + "\n";
}

std::string roff_command(const CommandRow& row) {
    const Options options = describe(row);
    std::string out = ".SS \"" +
                      roff(std::string(row.name) + (row.usage.empty() ? "" : " ") + std::string(row.usage)) +
                      "\"\n";
    out += roff(row.summary) + ".";
    if (!row.aliases.empty()) out += " Also: " + roff(row.aliases) + ".";
    out += "\n";
    for (const PositionalRow& positional : options.positional_rows())
        out += roff_item(positional.name, positional.help);
    if (!options.rest_name().empty()) out += roff_item("-- " + options.rest_name(), options.rest_help());
    for (const OptionRow& option : options.option_rows()) out += roff_item(option_title(option), option.help);
    return out;
}

template <std::size_t Size>
std::string roff_facts(std::string_view section, const std::array<Fact, Size>& facts) {
    std::string out = ".SH " + std::string(section) + "\n";
    for (const Fact& fact : facts) out += roff_item(fact.name, fact.text);
    return out;
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
    return rows.empty() ? out : out + "| | |\n|---|---|\n" + rows + "\n";
}

}  // namespace

std::string mcpm_man_page() {
    std::string out = ".TH MCPM 1 \"\" \"mcpm " MCPM_VERSION
                      "\" \"User Commands\"\n"
                      ".SH NAME\nmcpm \\- run, watch and share MCP servers\n"
                      ".SH SYNOPSIS\n.B mcpm\nCOMMAND [ARGUMENTS]\n.SH DESCRIPTION\n"
                      "mcpm is the command line of mcpmd(8), the agent that owns every server. "
                      "`mcpmd ctl` is the same command line.\n.PP\n" +
                      roff(silence) + "\n.SH COMMANDS\n";
    for (const CommandRow& row : all_commands()) {
        if (row.group != Group::hidden) out += roff_command(row);
    }
    out += roff_facts("EXIT STATUS", exit_facts) + roff_facts("ENVIRONMENT", environment_facts) +
           roff_facts("FILES", file_facts) + ".SH SEE ALSO\n.BR mcpmd (8)\n";
    return out;
}

std::string mcpmd_man_page() {
    return ".TH MCPMD 8 \"\" \"mcpm " MCPM_VERSION
           "\" \"System Administration\"\n"
           ".SH NAME\nmcpmd \\- the agent that runs MCP servers\n"
           ".SH SYNOPSIS\n.B mcpmd run\n.br\n.B mcpmd ctl\nCOMMAND [ARGUMENTS]\n.br\n.B mcpmd \\-\\-version\n"
           ".SH DESCRIPTION\nmcpmd is two processes of one program: the keeper, parent of every server, and "
           "the agent, "
           "which decides and answers. An agent that dies is started again by the keeper, and no server "
           "notices. "
           "mcpm(1) starts mcpmd when it is needed.\n"
           ".SH COMMANDS\n" +
           roff_item("run", "run keeper and agent in the foreground, until told to stop") +
           roff_item("ctl COMMAND", "the same as mcpm(1), under a name nobody else has") +
           roff_facts("ENVIRONMENT", environment_facts) + roff_facts("FILES", file_facts) +
           ".SH SEE ALSO\n.BR mcpm (1)\n";
}

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
