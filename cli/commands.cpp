#include "cli/commands.hpp"

#include "cli/commands/all.hpp"
#include "cli/invocation.hpp"
#include "common/words.hpp"

#include <algorithm>
#include <array>

namespace mcpm::cli {

namespace {

using namespace commands;

// clang-format off
constexpr std::array table{
    // define
    CommandRow{"add", "", Group::define, "define a server", "NAME [OPTIONS] -- COMMAND [ARGS…]", add},
    CommandRow{"install", "", Group::define, "define a server from a template, a registry or a server.json", "TEMPLATE [--name NAME] [KEY=VALUE…] | --bundle FILE", install},
    CommandRow{"remove", "rm uninstall", Group::define, "remove servers", "NAME… | --all | -l LABEL | --profile PROFILE", remove},
    CommandRow{"update", "set", Group::define, "change a server's definition", "NAME [OPTIONS] [-- COMMAND [ARGS…]]", update},
    CommandRow{"rename", "mv", Group::define, "give a server another name", "OLD NEW", rename},
    CommandRow{"edit", "", Group::define, "change a server's definition in your editor", "NAME", edit},
    CommandRow{"apply", "", Group::define, "create and change servers as a file says", "-f FILE", apply},
    CommandRow{"diff", "", Group::define, "show what `apply` would change", "-f FILE", diff},
    CommandRow{"export", "", Group::define, "print servers as a file for `apply`", "[NAME…]", export_servers},
    CommandRow{"bundle", "", Group::define, "write servers, and all they need, into a file for a machine without a network", "NAME… -f FILE", bundle},
    CommandRow{"import", "", Group::define, "take servers over from AI clients and other managers", "[FROM…] [--replace]", import_servers},
    CommandRow{"up", "", Group::define, "run the servers of this folder's .mcp.json", "[-f FILE]", up},
    CommandRow{"down", "", Group::define, "end and remove the servers of this folder's .mcp.json", "[-f FILE]", down},
    CommandRow{"dev", "", Group::define, "run a server while you write it: log, traffic, restart on changes", "[--name NAME] [OPTIONS] -- COMMAND [ARGS…]", dev},
    // look
    CommandRow{"list", "ls ps", Group::look, "list the servers", "", list},
    CommandRow{"show", "inspect info", Group::look, "show everything about servers", "NAME…", show},
    CommandRow{"status", "", Group::look, "is the agent, or are servers, running", "[NAME…]", status},
    CommandRow{"why", "", Group::look, "why a server is as it is, and what to do", "NAME", why},
    CommandRow{"logs", "log", Group::look, "print servers' logs", "NAME…", logs},
    CommandRow{"health", "", Group::look, "how well a server is, or the whole, now and over time", "[NAME] [--range RANGE]", health},
    CommandRow{"stats", "", Group::look, "memory, CPU, log and calls of servers", "[NAME…] [-f | --range RANGE]", stats},
    CommandRow{"top", "", Group::look, "watch and steer servers on a live screen", "[FILTER]", top},
    CommandRow{"usage", "", Group::look, "who calls which tools how much, and what nobody uses", "[--by WHAT] [--range RANGE]", usage},
    CommandRow{"runs", "history", Group::look, "the runs of a server, newest first", "NAME", runs},
    CommandRow{"events", "", Group::look, "what happened, and who asked for it", "", events},
    // run
    CommandRow{"start", "", Group::run, "start servers", "NAME… | --all | -l LABEL | --profile PROFILE", start},
    CommandRow{"stop", "", Group::run, "stop servers", "NAME… | --all | -l LABEL | --profile PROFILE", stop},
    CommandRow{"restart", "", Group::run, "stop and start servers", "NAME… | --all | -l LABEL | --profile PROFILE", restart},
    CommandRow{"enable", "", Group::run, "let servers be started and offered", "NAME… | --all | -l LABEL | --profile PROFILE", enable},
    CommandRow{"disable", "", Group::run, "stop servers and keep them from being started or offered", "NAME… | --all | -l LABEL | --profile PROFILE", disable},
    CommandRow{"wait", "", Group::run, "wait until servers are running, healthy, stopped or removed", "NAME… | --all | -l LABEL | --profile PROFILE", wait},
    CommandRow{"upgrade", "", Group::run, "move a package server to a newer version", "NAME [--check]", upgrade},
    // use
    CommandRow{"tools list", "ls", Group::use, "list a server's tools", "NAME", tools_list},
    CommandRow{"tools inspect", "show", Group::use, "show a tool and its arguments", "NAME TOOL", tools_inspect},
    CommandRow{"tools call", "", Group::use, "call a tool (the same as `call`)", "NAME TOOL [KEY=VALUE…]", call_tool},
    CommandRow{"tools verify", "", Group::use, "compare a server's tools with those that were approved", "NAME", tools_verify},
    CommandRow{"tools approve", "", Group::use, "approve a server's tools as they are", "NAME [TOOL…] [--hold]", tools_approve},
    CommandRow{"tools enable", "", Group::use, "offer tools to clients again", "NAME TOOL…", tools_enable},
    CommandRow{"tools disable", "", Group::use, "hide tools from clients and refuse their calls", "NAME TOOL…", tools_disable},
    CommandRow{"tools rename", "", Group::use, "give a tool another name for clients", "NAME TOOL NEW", tools_rename},
    CommandRow{"tools edit", "", Group::use, "change what clients see of a tool", "NAME TOOL [OPTIONS]", tools_edit},
    CommandRow{"call", "", Group::use, "call a tool", "NAME TOOL [KEY=VALUE…]", call_tool},
    CommandRow{"connect", "", Group::use, "speak MCP with a server, or all of them, on standard input and output", "[NAME | --profile PROFILE]", connect},
    CommandRow{"trace", "", Group::use, "show a server's MCP traffic as it passes", "NAME [--record FILE | --replay FILE]", trace},
    CommandRow{"inspector", "", Group::use, "open the MCP Inspector on a server", "NAME [--cli] [-- ARGS…]", inspector},
    CommandRow{"prompts list", "ls", Group::use, "list a server's prompts", "NAME", prompts_list},
    CommandRow{"prompts get", "", Group::use, "print a prompt, filled in", "NAME PROMPT [KEY=VALUE…]", prompts_get},
    CommandRow{"resources list", "ls", Group::use, "list a server's resources", "NAME", resources_list},
    CommandRow{"resources read", "cat", Group::use, "print a resource", "NAME URI", resources_read},
    CommandRow{"resources templates", "", Group::use, "list a server's resource templates", "NAME", resources_templates},
    // share
    CommandRow{"profile create", "add", Group::share, "name a choice of servers and tools", "NAME [-s SERVER]… [-t GLOB]…", profile_create},
    CommandRow{"profile list", "ls", Group::share, "list the profiles", "", profile_list},
    CommandRow{"profile show", "inspect", Group::share, "show a profile", "NAME", profile_show},
    CommandRow{"profile edit", "update", Group::share, "change a profile", "NAME [OPTIONS]", profile_edit},
    CommandRow{"profile remove", "rm", Group::share, "remove profiles", "NAME…", profile_remove},
    CommandRow{"token create", "add", Group::share, "make a token for a client, or for the API", "NAME [--kind KIND]", token_create},
    CommandRow{"token list", "ls", Group::share, "list the tokens", "", token_list},
    CommandRow{"token revoke", "rm remove", Group::share, "end tokens", "NAME… | --sessions", token_revoke},
    CommandRow{"dashboard", "", Group::share, "open the dashboard in the browser, signed in", "[--print]", dashboard},
    CommandRow{"client list", "ls", Group::share, "list the AI clients on this machine", "[--all]", client_list},
    CommandRow{"client status", "show", Group::share, "whether an AI client is connected, and by what", "CLIENT", client_status},
    CommandRow{"client connect", "add", Group::share, "put mcpm into an AI client's own file", "CLIENT [--profile NAME] [--http]", client_connect},
    CommandRow{"client disconnect", "rm remove", Group::share, "take mcpm out of an AI client's file", "CLIENT", client_disconnect},
    CommandRow{"client undo", "", Group::share, "take the last change of an AI client's file back, to the byte", "CLIENT", client_undo},
    // keep
    CommandRow{"template list", "ls", Group::keep, "list the marketplace's templates", "[--category CATEGORY]", template_list},
    CommandRow{"template search", "", Group::keep, "find templates", "WORD…", template_search},
    CommandRow{"template show", "inspect", Group::keep, "show a template and its parameters", "TEMPLATE", template_show},
    CommandRow{"template validate", "", Group::keep, "check templates of your own", "FILE…", template_validate},
    CommandRow{"search", "", Group::keep, "find servers: templates, the MCP registry, catalogues", "WORD…", search},
    CommandRow{"secret set", "add", Group::keep, "store a value that is shown to nobody, from a prompt or standard input", "NAME", secret_set},
    CommandRow{"secret list", "ls", Group::keep, "list the secrets, without their values", "", secret_list},
    CommandRow{"secret remove", "rm", Group::keep, "remove secrets", "NAME… [-f]", secret_remove},
    CommandRow{"backup", "", Group::keep, "keep definitions, secrets, tokens, profiles and history in one sealed file", "[FILE] [-f]", back_up},
    CommandRow{"restore", "", Group::keep, "make the data folder what a backup says", "FILE [--replace | --check]", restore},
    CommandRow{"feedback send", "", Group::keep, "say what you think of mcpm", "TITLE [-d TEXT] [-t TYPE] [-r RATING]", feedback_send},
    CommandRow{"feedback list", "ls", Group::keep, "list the feedback, newest first", "", feedback_list},
    CommandRow{"feedback reply", "answer", Group::keep, "answer feedback, or change its status", "ID [TEXT] [--status STATUS]", feedback_reply},
    CommandRow{"feedback stats", "", Group::keep, "figures of the feedback", "", feedback_stats},
    CommandRow{"notify list", "ls", Group::keep, "where notices go, and what became of them", "", notify_list},
    CommandRow{"notify test", "", Group::keep, "send a notice now", "[CHANNEL]", notify_test},
    // agent
    CommandRow{"agent run", "", Group::agent, "run the agent in the foreground", "", agent_run},
    CommandRow{"agent start", "", Group::agent, "start the agent in the background", "", agent_start},
    CommandRow{"agent stop", "", Group::agent, "stop the agent and its servers", "", agent_stop},
    CommandRow{"agent restart", "", Group::agent, "replace the agent; servers run on", "", agent_restart},
    CommandRow{"agent upgrade", "", Group::agent, "replace agent and keeper by the installed version; servers run on", "", agent_upgrade},
    CommandRow{"agent status", "", Group::agent, "show the agent", "", agent_status},
    CommandRow{"agent logs", "", Group::agent, "print the agent's own log", "", agent_logs},
    CommandRow{"agent install", "", Group::agent, "start the agent when you log in, by systemd", "", agent_install},
    CommandRow{"agent uninstall", "", Group::agent, "no longer start the agent by systemd; a running one goes on", "", agent_uninstall},
    CommandRow{"config show", "ls list", Group::agent, "the settings in force and where each comes from", "[KEY…]", config_show},
    CommandRow{"doctor", "", Group::agent, "look for what is wrong on this machine", "", doctor},
    CommandRow{"completion", "", Group::agent, "print the completion script of a shell", "bash | zsh | fish", completion},
    CommandRow{"version", "", Group::agent, "print the version", "", version},
    CommandRow{"help", "", Group::agent, "show this page, or a command's", "[COMMAND]", help},
    // for scripts of ours
    CommandRow{"serve", "", Group::hidden, "the same as `agent run`", "", agent_run},
    CommandRow{"__mcp", "", Group::hidden, "mcpm as an MCP server on stdio, which the agent starts", "", serve_mcp},
    CommandRow{"__complete", "", Group::hidden, "what a shell may offer for the last word", "WORD…", complete_words},
    CommandRow{"__schema", "", Group::hidden, "print the JSON Schema of the servers file", "", print_schema},
    CommandRow{"__manual", "", Group::hidden, "write man pages, docs and completions into the tree", "FOLDER", write_manual},
};
// clang-format on

std::string_view first_word(std::string_view name) {
    return name.substr(0, name.find(' '));
}

std::string_view last_word(std::string_view name) {
    const std::size_t space = name.find(' ');
    return space == std::string_view::npos ? std::string_view{} : name.substr(space + 1);
}

bool is_called(std::string_view word, std::string_view name, std::string_view aliases) {
    if (word == name) return true;
    const auto all = split_words(aliases);
    return std::find(all.begin(), all.end(), word) != all.end();
}

}  // namespace

std::span<const CommandRow> all_commands() {
    return table;
}

std::string_view group_title(Group group) {
    switch (group) {
        case Group::define:
            return "Define";
        case Group::look:
            return "Look";
        case Group::run:
            return "Run";
        case Group::use:
            return "Use";
        case Group::share:
            return "Share";
        case Group::keep:
            return "Keep";
        case Group::agent:
            return "Agent";
        case Group::hidden:
            return "";
    }
    return "";
}

Chosen choose_command(std::span<const std::string> words) {
    if (words.empty()) return {};
    for (const CommandRow& row : table) {
        const std::string_view second = last_word(row.name);
        if (second.empty()) {
            if (is_called(words[0], row.name, row.aliases)) return {&row, 1};
        } else if (words.size() > 1 && words[0] == first_word(row.name) &&
                   is_called(words[1], second, row.aliases)) {
            return {&row, 2};
        }
    }
    return {};
}

std::vector<std::string> first_words() {
    std::vector<std::string> out;
    for (const CommandRow& row : table) {
        if (row.group == Group::hidden) continue;
        const std::string first(first_word(row.name));
        if (out.empty() || out.back() != first) out.push_back(first);
        if (!last_word(row.name).empty()) continue;
        for (std::string& alias : split_words(row.aliases)) out.push_back(std::move(alias));
    }
    return out;
}

std::vector<std::string> second_words(std::string_view first) {
    std::vector<std::string> out;
    for (const CommandRow& row : table) {
        if (row.group == Group::hidden || first_word(row.name) != first || last_word(row.name).empty())
            continue;
        out.emplace_back(last_word(row.name));
    }
    return out;
}

Options describe(const CommandRow& row) {
    Output nowhere(-1, -1);
    Invocation call(row, {}, nowhere, Purpose::describe);
    (void)row.function(call);
    return std::move(call.options);
}

}  // namespace mcpm::cli
