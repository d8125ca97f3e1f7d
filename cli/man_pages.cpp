// The man pages, in the man(7) macros that groff and mandoc read alike.
#include "cli/command_examples.hpp"
#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "cli/manual.hpp"
#include "cli/manual_facts.hpp"
#include "cli/roff.hpp"
#include "common/ascii.hpp"

#include <algorithm>

namespace mcpm::cli {

namespace {

std::string in_capitals(std::string_view text) {
    std::string out;
    for (const char letter : text) out += letter == ' ' ? '-' : ascii::upper(letter);
    return out;
}

std::string with_dash(std::string_view name) {
    std::string out(name);
    std::replace(out.begin(), out.end(), ' ', '-');
    return out;
}

std::string option_title(const OptionRow& row) {
    std::string title;
    for (const std::string& name : option_names(row.names)) title += (title.empty() ? "" : ", ") + name;
    return row.value.empty() ? title : title + " " + row.value;
}

std::string usage_of(const CommandRow& row) {
    return std::string(row.name) + (row.usage.empty() ? "" : " ") + std::string(row.usage);
}

std::string items_of(const CommandRow& row) {
    const Options options = describe(row);
    std::string out;
    for (const PositionalRow& positional : options.positional_rows())
        out += roff_item(positional.name, positional.help);
    if (!options.rest_name().empty()) out += roff_item("-- " + options.rest_name(), options.rest_help());
    for (const OptionRow& option : options.option_rows()) out += roff_item(option_title(option), option.help);
    return out;
}

std::string example_lines(std::span<const Example> examples) {
    std::string out;
    for (const Example& example : examples) {
        out += ".TP\n.B " + macro_word(example.command) + "\n";
        out += example.what.empty() ? std::string("\\&\n") : roff(example.what) + "\n";
    }
    return out;
}

std::string summary_of(const CommandRow& row) {
    std::string out = roff(row.summary) + ".";
    if (!row.aliases.empty()) out += "\nAlso: " + roff(row.aliases) + ".";
    return out + "\n";
}

std::string page_of(const CommandRow& row) {
    const std::string name = "mcpm-" + with_dash(row.name);
    std::string out =
        header(in_capitals(name), "1", "User Commands") + ".SH NAME\n" + roff(name) + " \\- " +
        roff(row.summary) + "\n.SH SYNOPSIS\n.B mcpm " + roff(row.name) + "\n" +
        roff(usage_line(row).substr(std::string_view("usage: mcpm ").size() + row.name.size() + 1)) +
        "\n.SH DESCRIPTION\n" + summary_of(row);
    const std::string items = items_of(row);
    if (!items.empty()) out += ".SH OPTIONS\n" + items;
    const auto examples = examples_of(row.name);
    if (!examples.empty()) out += ".SH EXAMPLES\n" + example_lines(examples);
    return out + ".SH SEE ALSO\n.BR mcpm (1),\n.BR mcpmd (8)\n";
}

std::string mcpm_man_page() {
    std::string out =
        header("MCPM", "1", "User Commands") +
        ".SH NAME\nmcpm \\- run, watch and share MCP servers\n"
        ".SH SYNOPSIS\n.B mcpm\nCOMMAND [ARGUMENTS]\n.SH DESCRIPTION\n"
        "mcpm is the command line of\n.BR mcpmd (8),\nthe agent that owns every server.\n"
        ".B mcpmd ctl\nis the same command line.\n.PP\n" +
        roff(silence) +
        "\n.PP\nEach command has a page of its own, such as\n.BR mcpm\\-add (1).\n.SH COMMANDS\n";
    for (const CommandRow& row : all_commands()) {
        if (row.group == Group::hidden) continue;
        out += ".SS " + macro_word(usage_of(row)) + "\n" + summary_of(row) + items_of(row);
    }
    out += ".SH OPTIONS OF EVERY COMMAND\n" + roff_item("--color WHEN", "auto, always or never") +
           roff_item("--debug", "say each request to the agent on stderr, with its time") +
           roff_item("--no-pager", "do not show long output a screen at a time") +
           roff_item("-h, --help", "show a command's page") + ".SH EXAMPLES\n";
    for (const char* const name : {"add", "apply", "logs", "call", "connect"})
        out += example_lines(examples_of(name));
    return out + roff_facts("EXIT STATUS", exit_facts) + roff_facts("ENVIRONMENT", environment_facts) +
           roff_facts("FILES", file_facts) +
           ".SH SEE ALSO\n.BR mcpm\\-servers (5),\n.BR mcpm\\-config (5),\n.BR mcpmd (8)\n";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> man_pages() {
    std::vector<std::pair<std::string, std::string>> pages{{"man/mcpm.1", mcpm_man_page()}};
    for (const CommandRow& row : all_commands()) {
        if (row.group != Group::hidden)
            pages.emplace_back("man/mcpm-" + with_dash(row.name) + ".1", page_of(row));
    }
    return pages;
}

std::string mcpmd_man_page() {
    return header("MCPMD", "8", "System Administration") +
           ".SH NAME\nmcpmd \\- the agent that runs MCP servers\n"
           ".SH SYNOPSIS\n.B mcpmd run\n.br\n.B mcpmd ctl\nCOMMAND [ARGUMENTS]\n.br\n.B mcpmd \\-\\-version\n"
           ".SH DESCRIPTION\nmcpmd is two processes of one program: the keeper, parent of every server, and "
           "the agent, which decides and answers.\nAn agent that dies is started again by the keeper, and no "
           "server "
           "notices.\n.BR mcpm (1)\nstarts mcpmd when it is needed.\n.PP\nUnder systemd it takes the sockets "
           "that its "
           "socket unit holds, and says when it is ready.\n"
           ".SH COMMANDS\n" +
           roff_item("run", "run keeper and agent in the foreground, until told to stop") +
           roff_item("ctl COMMAND", "the same as mcpm, under a name nobody else has") +
           roff_item("--version", "print the version") +
           ".SH CONFIGURATION\nThe agent reads config.yaml when it starts.\nA mistake in it is named with "
           "line and "
           "column, and the agent does not start.\n.B mcpm config show\nprints what is in force.\n" +
           roff_facts("SIGNALS", signal_facts) + roff_facts("EXIT STATUS", agent_exit_facts) +
           roff_facts("ENVIRONMENT", environment_facts) + roff_facts("FILES", file_facts) +
           ".SH EXAMPLES\n.TP\n.B mcpmd run\nin the foreground, as a service manager starts it\n.TP\n"
           ".B systemctl \\-\\-user enable \\-\\-now mcpmd.socket\nat login, when first asked (end a running "
           "agent "
           "first: mcpm agent stop)\n.SH SEE ALSO\n.BR mcpm (1),\n.BR mcpm\\-config (5)\n";
}

}  // namespace mcpm::cli
