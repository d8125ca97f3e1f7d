// The man pages of the files that people write, made of the tables that read them.
#include "cli/config_values.hpp"
#include "cli/manual.hpp"
#include "cli/roff.hpp"
#include "cli/server_keys.hpp"

namespace mcpm::cli {

namespace {

std::string example(std::string_view text) {
    return ".SH EXAMPLES\n.nf\n" + roff(text) + ".fi\n";
}

std::string config_page() {
    std::string out =
        header("MCPM\\-CONFIG", "5", "File Formats") +
        ".SH NAME\nmcpm\\-config \\- config.yaml, the settings of the agent of mcpm\n"
        ".SH DESCRIPTION\nA YAML file that\n.BR mcpmd (8)\nreads when it starts; after a change, run\n"
        ".BR \"mcpm agent restart\" .\nServers run on.\n"
        "A file with a mistake stops the agent from starting; the mistake is said with line and "
        "column.\n.PP\n"
        "Every key can also be a variable of the agent's environment, which wins: its name in capitals, with "
        "_ for each dot and MCPM_ before it.\n.B mcpm config show\nprints what is in force and where each "
        "value comes from.\n.PP\nSizes have units (16MiB), times too (30s, 5m, 1h30m).\n.SH KEYS\n";
    for (const ConfigKey& key : described_config_keys())
        out +=
            roff_item(key.name, std::string(key.what) +
                                    (key.usual.empty() ? "" : " (default: " + std::string(key.usual) + ")"));
    out += ".SH FILES\n" + roff_item("~/.config/mcpm/config.yaml", "of a user; $XDG_CONFIG_HOME counts") +
           roff_item("/etc/mcpm/config.yaml", "of the agent of the machine (MCPM_SYSTEM=1)");
    out += example("log_level: info\nhttp:\n  listen: [127.0.0.1:3000]\nlogs:\n  max_age: 168h\n");
    return out + ".SH SEE ALSO\n.BR mcpm\\-config\\-show (1),\n.BR mcpm\\-servers (5),\n.BR mcpmd (8)\n";
}

std::string servers_page() {
    std::string out =
        header("MCPM\\-SERVERS", "5", "File Formats") +
        ".SH NAME\nmcpm\\-servers \\- the servers file of mcpm\n"
        ".SH DESCRIPTION\nYAML or JSON:\n.B mcpm apply \\-f FILE\nmakes the servers what it says,\n"
        ".B mcpm export\nwrites one,\n.B mcpm edit NAME\nshows one server in the same form.\n"
        "Mistakes are said with line and column, all at once, and then nothing is changed.\n.PP\n"
        "It has the keys version (1), servers, profiles and approvals; servers has a name for each server, "
        "and below it the keys that follow.\nOne of command, npm, pypi, go, cargo, mcpb, binary, image and "
        "url says what a server is; all others have a default.\n.PP\n"
        ".B mcpm __schema\nprints the same as a JSON Schema.\n.SH KEYS OF A SERVER\n";
    for (const ServerKey& key : described_server_keys()) out += roff_item(key.name, key.what);
    out += example(
        "version: 1\nservers:\n  files:\n    npm: \"@modelcontextprotocol/server-filesystem\"\n"
        "    args: [/home/ann/notes]\n  web:\n    command: node\n    args: [server.js]\n"
        "    cwd: /home/ann/web\n    secrets:\n      API_KEY: web-key\n");
    return out + ".SH SEE ALSO\n.BR mcpm\\-apply (1),\n.BR mcpm\\-export (1),\n.BR mcpm\\-config (5)\n";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> format_man_pages() {
    return {{"man/mcpm-config.5", config_page()}, {"man/mcpm-servers.5", servers_page()}};
}

}  // namespace mcpm::cli
