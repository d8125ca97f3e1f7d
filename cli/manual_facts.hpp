// What the man pages and docs/cli.md say beside the table of commands.
#pragma once

#include <array>
#include <string_view>

namespace mcpm::cli {

struct Fact {
    std::string_view name;
    std::string_view text;
};

/// Of the pages' last change by hand, as mdoc and man want one.
inline constexpr std::string_view manual_date = "2026-11-28";

inline constexpr std::array exit_facts{
    Fact{"0", "done"},
    Fact{"1", "failed"},
    Fact{"2", "wrong usage, or a definition that is not valid"},
    Fact{"3",
         "the asked state does not hold: not running, not healthy, the tool reported an error, a file "
         "differs"},
    Fact{"4", "no such server, tool, template, run, command or file"},
    Fact{"5", "the agent cannot be reached or started"},
    Fact{"6", "conflict: the name is taken, the server is running"},
    Fact{"124", "timed out"},
    Fact{"130", "interrupted"},
};
inline constexpr std::array agent_exit_facts{
    Fact{"0", "ended as it was told to"},
    Fact{"1", "could not start, or failed; its log says why"},
    Fact{"2", "wrong usage"},
    Fact{"6", "another agent holds the lock of this data folder"},
    Fact{"78", "a mistake in config.yaml or in a variable, named with its place"},
};
inline constexpr std::array signal_facts{
    Fact{"SIGTERM, SIGINT", "to the keeper, the first process: stops all servers and ends"},
    Fact{"SIGKILL, a crash of the agent", "the keeper starts it again; servers live on"},
};
inline constexpr std::array environment_facts{
    Fact{"MCPM_OUTPUT", "the default of -o, e.g. json"},
    Fact{"MCPM_DEBUG", "1: the same as --debug"},
    Fact{"MCPM_PAGER, PAGER",
         "shows long output on a terminal (default: less); cat or an empty MCPM_PAGER: none"},
    Fact{"NO_COLOR", "no colour, whatever the terminal"},
    Fact{"CLICOLOR_FORCE", "1: colour, though stdout is no terminal"},
    Fact{"TERM", "dumb: no colour"},
    Fact{"VISUAL, EDITOR", "the editor of mcpm edit"},
    Fact{"TMPDIR", "where mcpm edit keeps the file that is edited"},
    Fact{"TZ", "the zone of times that are given without one"},
    Fact{"MCPM_CONFIG_HOME, MCPM_DATA_HOME, MCPM_STATE_HOME, MCPM_RUNTIME_DIR",
         "folders in place of the XDG ones"},
    Fact{"XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME, XDG_RUNTIME_DIR", "where those are looked for"},
    Fact{"MCPM_SYSTEM", "1: the folders of the system service (/etc, /var/lib, /run)"},
    Fact{"DOCKER_HOST", "the container engine's socket"},
    Fact{"SHELL, PATH", "of the agent: the login shell is asked for PATH, and its own PATH counts too"},
    Fact{"MCPM_HTTP_LISTEN and the like", "every key of config.yaml, in capitals, with _ for the dots"},
    Fact{"LOG_LEVEL, WS_HEARTBEAT_INTERVAL", "the same as MCPM_LOG_LEVEL, MCPM_WS_HEARTBEAT_INTERVAL"},
    Fact{"DATABASE_URL",
         "the same as MCPM_DATABASE_URL; another program's (postgres://…) is passed over, which is said"},
    Fact{"SESSION_SECRET", "the same as MCPM_HTTP_SESSION_SECRET"},
};
inline constexpr std::array file_facts{
    Fact{"$XDG_CONFIG_HOME/mcpm/config.yaml", "the agent's settings"},
    Fact{"$XDG_DATA_HOME/mcpm/mcpm.db",
         "definitions, tokens, profiles, history; elsewhere where database.url says"},
    Fact{"$XDG_DATA_HOME/mcpm/packages", "installed packages"},
    Fact{"$XDG_DATA_HOME/mcpm/secrets, secrets.key", "stored secrets, sealed, and their key"},
    Fact{"$XDG_DATA_HOME/mcpm/servers", "working folders of servers that have none of their own"},
    Fact{"$XDG_STATE_HOME/mcpm/logs", "logs of the servers"},
    Fact{"$XDG_STATE_HOME/mcpm/agent.log", "the agent's own log"},
    Fact{"$XDG_STATE_HOME/mcpm/snapshot.json",
         "the servers as they were last known, for when the agent is away"},
    Fact{"$XDG_RUNTIME_DIR/mcpm/agent.sock", "the agent's socket"},
};
inline constexpr std::string_view silence =
    "start, stop, restart, enable, disable, remove and wait print nothing when they succeed (-v prints the "
    "names, -o json what became of them); add and install print the name. list, show, status, why, logs and "
    "doctor work without the "
    "agent, from what it last wrote, and say so; every other command starts the agent when it is not "
    "running.";

}  // namespace mcpm::cli
