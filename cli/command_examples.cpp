#include "cli/command_examples.hpp"

#include "cli/clients/client_examples.hpp"
#include "cli/keep_examples.hpp"

#include <array>

namespace mcpm::cli {

namespace {

struct Row {
    std::string_view command;
    std::span<const Example> examples;
};

// clang-format off
constexpr std::array of_add{
    Example{"mcpm add files --npm @modelcontextprotocol/server-filesystem --start -- ~/notes", "an npm package, installed once and pinned; behind -- stand its arguments"},
    Example{"mcpm add web -e PORT=8080 --secret API_KEY=web-key -- node server.js", "a program, run in the current folder, with a variable and a stored secret"},
    Example{"mcpm add time --image mcp/time --memory 256MiB", "a container image"},
    Example{"mcpm add docs --url https://mcp.example.com/mcp --header 'Authorization: Bearer ${TOKEN}' --secret TOKEN=docs", "a remote server"},
};
constexpr std::array of_install{
    Example{"mcpm install filesystem allowed-paths=~/notes --start", "a template's server, with the folder it may use"},
    Example{"mcpm install filesystem --name papers allowed-paths=~/a allowed-paths=~/b", "another name, two folders"},
    Example{"mcpm install brave-search api-key=secret:brave --dry-run", "only print the definition"},
    Example{"mcpm install io.github.example/weather --yes", "of the registry, without a question"},
    Example{"mcpm install --bundle files.mcpm --start", "what `mcpm bundle` wrote on another machine; asks no network"},
};
constexpr std::array of_remove{
    Example{"mcpm remove files"},
    Example{"mcpm remove -f 'test-*'", "all whose name begins so, though they run"},
    Example{"mcpm remove --ignore-not-found old", "no error when it is gone already"},
};
constexpr std::array of_rename{
    Example{"mcpm rename web website"},
    Example{"mcpm rename srv_0abc website", "by the beginning of its id"},
};
constexpr std::array of_update{
    Example{"mcpm update web -e PORT=9090 --now", "change a variable and restart it"},
    Example{"mcpm update files -- ~/notes ~/papers", "other arguments"},
};
constexpr std::array of_edit{
    Example{"mcpm edit web", "its definition in $VISUAL or $EDITOR, as YAML"},
    Example{"EDITOR=nano mcpm edit web"},
};
constexpr std::array of_apply{
    Example{"mcpm apply -f servers.yaml", "create and update; docs/servers-file.md says what the file looks like"},
    Example{"mcpm apply -f servers.yaml --dry-run", "only show what would change; exit status 3 when something would"},
    Example{"mcpm apply -f ~/.cursor/mcp.json --now", "a client's own file; what changed is restarted"},
    Example{"mcpm export | ssh host mcpm apply -f - --prune --yes", "the same servers on another machine"},
};
constexpr std::array of_diff{
    Example{"mcpm diff -f servers.yaml", "what `apply` would change; exit status 3 when something differs"},
    Example{"mcpm diff -f servers.yaml --prune -q && echo same"},
};
constexpr std::array of_bundle{
    Example{"mcpm bundle files web -f servers.mcpm", "two servers with their packages and images"},
    Example{"mcpm bundle 'db-*' -f db.mcpm --force", "all whose names begin so; the file may be there"},
};
constexpr std::array of_export{
    Example{"mcpm export > servers.yaml", "all servers"},
    Example{"mcpm export files web", "these two"},
    Example{"mcpm export --all > setup.yaml", "profiles and approvals too; no secret is in it"},
};
constexpr std::array of_tools_edit{
    Example{"mcpm tools edit files read_file --description 'Read a text file of the notes'"},
    Example{"mcpm tools edit search query --hide-arg api_key --default api_key=none --default limit=10"},
};
constexpr std::array of_dev{
    Example{"mcpm dev -- python3 server.py", "restarted when a source file changes; gone with Ctrl-C"},
    Example{"mcpm dev --watch '*.py' --watch '!tests/' -e DEBUG=1 -- uv run server.py", "other files"},
};
constexpr std::array of_list{
    Example{"mcpm list -o wide"},
    Example{"mcpm list --filter status=error --sort-by -restarts"},
    Example{"mcpm list -l team=web -q | xargs -r mcpm restart", "names only, for another command"},
    Example{"mcpm list -o jsonpath='[*].name'"},
};
constexpr std::array of_show{
    Example{"mcpm show files"},
    Example{"mcpm show files -o json"},
    Example{"mcpm show --effective files", "with every default and what the agent adds"},
};
constexpr std::array of_status{
    Example{"mcpm status", "the agent"},
    Example{"mcpm status files web || echo 'not all run'", "exit status 3 when one does not run"},
};
constexpr std::array of_why{
    Example{"mcpm why files", "the likely cause and what to do"},
    Example{"mcpm why files -o jsonpath=.code", "the code of docs/errors.md"},
};
constexpr std::array of_logs{
    Example{"mcpm logs -f files", "follow"},
    Example{"mcpm logs --since '10 minutes ago' --level error files", "tracebacks whole"},
    Example{"mcpm logs files web --since yesterday", "two servers, merged by time, each line with its name"},
    Example{"mcpm logs files --grep 'took [0-9]{4,} ms' -o json"},
    Example{"mcpm logs files --trace 0af7651916cd43dd8448eb211c80319c", "what it wrote during the calls of a trace"},
};
constexpr std::array of_health{
    Example{"mcpm health", "the agent, its database, the disk, all servers"},
    Example{"mcpm health files"},
    Example{"mcpm health files --range 24h", "uptime and response times of a day"},
};
constexpr std::array of_usage{
    Example{"mcpm usage"},
    Example{"mcpm usage --by client --range 7d", "which clients called how much in a week"},
    Example{"mcpm usage --calls --server files", "its newest calls, one by one"},
};
constexpr std::array of_top{
    Example{"mcpm top"},
    Example{"mcpm top git", "only servers with this in their name"},
};
constexpr std::array of_stats{
    Example{"mcpm stats --sort-by -memory"},
    Example{"mcpm stats -f"},
    Example{"mcpm stats files --range 24h", "CPU, memory and calls of a day"},
};
constexpr std::array of_runs{
    Example{"mcpm runs files"},
    Example{"mcpm runs files -n 5 -o wide", "with the commands that were run"},
};
constexpr std::array of_events{
    Example{"mcpm events -n 20"},
    Example{"mcpm events -f --server files", "as they happen"},
};
constexpr std::array of_start{
    Example{"mcpm start files web"},
    Example{"mcpm start --all --timeout 30s"},
    Example{"mcpm start 'db-*' -o json", "all whose name begins so, with what they became"},
};
constexpr std::array of_stop{
    Example{"mcpm stop files"},
    Example{"mcpm stop -l team=web -v", "those with a label; prints their names"},
};
constexpr std::array of_restart{
    Example{"mcpm restart files"},
    Example{"mcpm restart --all", "all at once"},
};
constexpr std::array of_enable{
    Example{"mcpm enable files"},
    Example{"mcpm enable --now files", "and start it"},
};
constexpr std::array of_disable{
    Example{"mcpm disable files", "stopped, and neither started nor offered until it is enabled"},
    Example{"mcpm disable -l stage=test"},
};
constexpr std::array of_wait{
    Example{"mcpm wait files --for healthy --timeout 2m"},
    Example{"mcpm wait files web", "until both run"},
    Example{"mcpm wait files --for removed"},
};
constexpr std::array of_upgrade{
    Example{"mcpm upgrade files --check", "only look"},
    Example{"mcpm upgrade files --version 2025.8.21", "this version"},
};
constexpr std::array of_tools_list{
    Example{"mcpm tools list files"},
    Example{"mcpm tools list files -q", "names only"},
};
constexpr std::array of_tools_inspect{
    Example{"mcpm tools inspect files read_file"},
    Example{"mcpm tools inspect files read_file -o jsonpath=.inputSchema"},
};
constexpr std::array of_tools_call{
    Example{"mcpm tools call files read_file path=notes.txt"},
    Example{"mcpm tools call files read_file --args '{\"path\":\"notes.txt\"}'"},
};
constexpr std::array of_tools_verify{
    Example{"mcpm tools verify files", "exit status 3 when one differs from what was approved"},
    Example{"mcpm tools verify files -o json"},
};
constexpr std::array of_tools_approve{
    Example{"mcpm tools approve files", "all, as they are"},
    Example{"mcpm tools approve files read_file --hold", "one; what is not approved is held back"},
};
constexpr std::array of_tools_enable{
    Example{"mcpm tools enable files write_file"},
    Example{"mcpm tools enable files '*'"},
};
constexpr std::array of_tools_disable{
    Example{"mcpm tools disable files write_file"},
    Example{"mcpm tools disable files 'delete_*'"},
};
constexpr std::array of_tools_rename{
    Example{"mcpm tools rename files read_file read", "clients know it as `read`"},
    Example{"mcpm tools rename files read_file read_file", "takes that back"},
};
constexpr std::array of_call{
    Example{"mcpm call files read_file path=notes.txt"},
    Example{"mcpm call files/search query=todo limit=5", "typed as the tool's schema says"},
    Example{"echo '{\"path\":\"notes.txt\"}' | mcpm call files read_file -"},
};
constexpr std::array of_connect{
    Example{"mcpm connect files", "the line for an AI client's configuration: docs/clients.md"},
    Example{"mcpm connect --profile work", "the servers and tools of a profile, in one"},
};
constexpr std::array of_trace{
    Example{"mcpm trace files", "prints what passes from now on; Ctrl-C ends it"},
    Example{"mcpm trace files --record bug.jsonl"},
};
constexpr std::array of_inspector{
    Example{"mcpm inspector files", "opens the MCP Inspector in a browser"},
    Example{"mcpm inspector files --cli -- --method tools/list"},
};
constexpr std::array of_prompts_list{
    Example{"mcpm prompts list web"},
    Example{"mcpm prompts list web -o json"},
};
constexpr std::array of_prompts_get{
    Example{"mcpm prompts get web review code=main.c"},
    Example{"mcpm prompts get web review code=main.c -o json"},
};
constexpr std::array of_resources_list{
    Example{"mcpm resources list web"},
    Example{"mcpm resources list web -q", "URIs only"},
};
constexpr std::array of_resources_read{
    Example{"mcpm resources read web file:///notes.txt"},
    Example{"mcpm resources read web image://logo > logo.png"},
};
constexpr std::array of_resources_templates{
    Example{"mcpm resources templates web"},
    Example{"mcpm resources templates web -o json"},
};
constexpr std::array of_profile_create{
    Example{"mcpm profile create work -s files -s web"},
    Example{"mcpm profile create read -s files -t 'read_*'", "only some tools"},
};
constexpr std::array of_profile_list{
    Example{"mcpm profile list"},
    Example{"mcpm profile list -q"},
};
constexpr std::array of_profile_show{
    Example{"mcpm profile show work"},
    Example{"mcpm profile show work -o yaml"},
};
constexpr std::array of_profile_edit{
    Example{"mcpm profile edit work -s db"},
    Example{"mcpm profile edit work --remove-server web"},
};
constexpr std::array of_profile_remove{
    Example{"mcpm profile remove work"},
    Example{"mcpm profile remove --ignore-not-found work read"},
};
constexpr std::array of_token_create{
    Example{"mcpm token create cursor --profile work", "for a client that comes by HTTP; shown once"},
    Example{"mcpm token create ci --kind api --expires 30d"},
};
constexpr std::array of_token_list{
    Example{"mcpm token list"},
    Example{"mcpm token list -o json"},
};
constexpr std::array of_token_revoke{
    Example{"mcpm token revoke cursor"},
    Example{"mcpm token revoke --sessions", "signs all browsers out of the dashboard"},
};
constexpr std::array of_dashboard{
    Example{"mcpm dashboard", "opens it in your browser"},
    Example{"mcpm dashboard --print", "a link for another browser; it works once"},
};

constexpr std::array rows{
    Row{"add", of_add},
    Row{"install", of_install},
    Row{"remove", of_remove},
    Row{"rename", of_rename},
    Row{"update", of_update},
    Row{"edit", of_edit},
    Row{"apply", of_apply},
    Row{"diff", of_diff},
    Row{"export", of_export},
    Row{"bundle", of_bundle},
    Row{"dev", of_dev},
    Row{"tools edit", of_tools_edit},
    Row{"list", of_list},
    Row{"show", of_show},
    Row{"status", of_status},
    Row{"why", of_why},
    Row{"logs", of_logs},
    Row{"health", of_health},
    Row{"stats", of_stats},
    Row{"top", of_top},
    Row{"usage", of_usage},
    Row{"runs", of_runs},
    Row{"events", of_events},
    Row{"start", of_start},
    Row{"stop", of_stop},
    Row{"restart", of_restart},
    Row{"enable", of_enable},
    Row{"disable", of_disable},
    Row{"wait", of_wait},
    Row{"upgrade", of_upgrade},
    Row{"tools list", of_tools_list},
    Row{"tools inspect", of_tools_inspect},
    Row{"tools call", of_tools_call},
    Row{"tools verify", of_tools_verify},
    Row{"tools approve", of_tools_approve},
    Row{"tools enable", of_tools_enable},
    Row{"tools disable", of_tools_disable},
    Row{"tools rename", of_tools_rename},
    Row{"call", of_call},
    Row{"connect", of_connect},
    Row{"trace", of_trace},
    Row{"inspector", of_inspector},
    Row{"prompts list", of_prompts_list},
    Row{"prompts get", of_prompts_get},
    Row{"resources list", of_resources_list},
    Row{"resources read", of_resources_read},
    Row{"resources templates", of_resources_templates},
    Row{"profile create", of_profile_create},
    Row{"profile list", of_profile_list},
    Row{"profile show", of_profile_show},
    Row{"profile edit", of_profile_edit},
    Row{"profile remove", of_profile_remove},
    Row{"token create", of_token_create},
    Row{"token list", of_token_list},
    Row{"token revoke", of_token_revoke},
    Row{"dashboard", of_dashboard},
};
// clang-format on

}  // namespace

std::span<const Example> examples_of(std::string_view command) {
    for (const Row& row : rows) {
        if (row.command == command) return row.examples;
    }
    const auto kept = keep_examples(command);
    return kept.empty() ? client_examples(command) : kept;
}

}  // namespace mcpm::cli
