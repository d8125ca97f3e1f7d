#include "cli/agent_absence.hpp"
#include "cli/commands/all.hpp"
#include "cli/selection.hpp"
#include "cli/server_view.hpp"
#include "cli/snapshot.hpp"
#include "common/units.hpp"

namespace mcpm::cli::commands {

namespace {

std::string yes_no(bool value) {
    return value ? "yes" : "no";
}

std::string listening_in_words(const Json& tcp) {
    std::string out;
    if (!tcp.is_array()) return out;
    for (const Json& one : tcp) {
        out += (out.empty() ? "" : ", ") + text(one, "address");
        if (!is_true(one, "listening")) out += " (not listening: " + text(one, "error") + ")";
    }
    return out;
}

void print_agent(Invocation& call, const Json& agent) {
    const Json& servers = member(agent, "servers");
    const auto memory = integer(agent, "memoryBytes");
    const auto uptime = number(agent, "uptime");
    print_facts(call.out,
                {{"Agent", "running, version " + text(agent, "version")},
                 {"Pid", text(agent, "pid") + " (keeper " + text(agent, "keeperPid") + ")"},
                 {"Up", uptime ? format_age(Duration(static_cast<std::int64_t>(*uptime * 1000))) : ""},
                 {"Memory", memory ? format_bytes(static_cast<std::uint64_t>(*memory)) : ""},
                 {"Servers", text(servers, "total") + " (" + text(servers, "running") + " running, " +
                                 text(servers, "error") + " in error)"},
                 {"Store", text(agent, "store")},
                 {"Cgroup", text(agent, "cgroup")},
                 {"Socket", text(agent, "socket")},
                 {"Listens on", listening_in_words(member(agent, "tcp"))}});
    const Json& notices = member(agent, "notices");
    if (!notices.is_array()) return;
    for (const Json& notice : notices) {
        call.out.write(
            "! " + harmless(notice.is_string() ? notice.get<std::string>() : text(notice, "message")) + "\n");
    }
}

Outcome agent_is_down(Invocation& call, const Paths& paths, const Error& error) {
    if (!is_absence(error)) return error;
    const bool lives = agent_lock_is_held(paths);
    if (call.format.is_data()) {
        Json data{{"running", lives}};
        if (lives) data.update(Json{{"answers", false}, {"reason", error.message}});
        print_data(call.out, data, call.format.format());
    } else {
        call.out.write(lives ? "Agent:  does not answer: " + harmless_lines(error.message) + "\n"
                             : std::string("Agent:  not running\n"));
        if (lives && !error.hint.empty()) call.out.note(error.hint);
    }
    return ExitStatus::no_agent;
}

Outcome agent_answer(Invocation& call, const Paths& paths, AgentClient& client) {
    const auto agent = client.agent();
    if (!agent) return agent_is_down(call, paths, agent.error());
    if (call.format.is_data()) {
        print_data(call.out, *agent, call.format.format());
    } else {
        print_agent(call, *agent);
    }
    return ExitStatus::done;
}

Outcome server_is_down(Invocation& call, const Paths& paths, const std::string& name, const Error& error) {
    const auto snapshot = read_snapshot(paths);
    if (!snapshot) return snapshot.error();
    say_stale(call.out, *snapshot, absence_in_words(paths, error), now_utc());
    const auto server = find_server(snapshot->servers, name);
    if (!server) return server.error();
    if (call.format.is_data()) {
        print_data(call.out, *server, call.format.format());
    } else {
        print_facts(call.out, server_facts(*server, Picture::stale, now_utc()));
    }
    return ExitStatus::wrong_state;
}

}  // namespace

Outcome status(Invocation& call) {
    std::optional<std::string> name;
    call.options.positional("NAME", name, "a server; without it, the agent", Completes::servers);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();

    const auto paths = find_paths();
    if (!paths) return paths.error();
    auto agent = AgentClient::connect(*paths);
    if (!agent && (!name || !is_absence(agent.error()))) return agent_is_down(call, *paths, agent.error());
    if (!agent) return server_is_down(call, *paths, *name, agent.error());
    if (!name) return agent_answer(call, *paths, *agent);

    const auto server = agent->server(*name);
    if (!server && is_absence(server.error())) return server_is_down(call, *paths, *name, server.error());
    if (!server) return with_suggestion(server.error(), *agent, *name);
    const bool running = text(*server, "status") == "running";
    if (call.format.is_data()) {
        print_data(call.out, *server, call.format.format());
    } else {
        const Timestamp now = now_utc();
        const std::string started = text(*server, "startedAt");
        print_facts(call.out, {{"Name", text(*server, "name")},
                               {"Status", status_in_words(*server)},
                               {"Health", text(*server, "healthStatus")},
                               {"Pid", text(*server, "pid")},
                               {"Up", running ? age_since(started, now) : ""},
                               {"Private", private_in_words(*server)},
                               {"Restarts", text(*server, "restartCount")},
                               {"Last exit", last_exit_in_words(*server, now)},
                               {"Next retry", next_retry_in_words(*server, now)},
                               {"Enabled", yes_no(member(member(*server, "config"), "enabled") != false)},
                               {"Source", source_in_words(*server)}});
    }
    return running ? ExitStatus::done : ExitStatus::wrong_state;
}

Outcome agent_status(Invocation& call) {
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    const auto paths = find_paths();
    if (!paths) return paths.error();
    auto agent = AgentClient::connect(*paths);
    return agent ? agent_answer(call, *paths, *agent) : agent_is_down(call, *paths, agent.error());
}

}  // namespace mcpm::cli::commands
