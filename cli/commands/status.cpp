#include "cli/agent_absence.hpp"
#include "cli/commands/all.hpp"
#include "cli/own_fields.hpp"
#include "cli/selection.hpp"
#include "cli/server_names.hpp"
#include "cli/server_view.hpp"
#include "cli/snapshot.hpp"
#include "common/fields/agent_fields.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/server_fields.hpp"
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
        out += (out.empty() ? "" : ", ") + text(one, fields::agent::address);
        if (!is_true(one, fields::agent::listening))
            out += " (not listening: " + text(one, fields::agent::error) + ")";
    }
    return out;
}

std::string store_in_words(const Json& agent) {
    const std::string why = harmless(text(agent, fields::agent::store_reason));
    return text(agent, fields::agent::store) + (why.empty() ? "" : ": " + why);
}

void print_agent(Invocation& call, const Json& agent) {
    const Json& servers = member(agent, fields::agent::servers);
    const auto memory = integer(agent, fields::agent::memory_bytes);
    const auto uptime = number(agent, fields::agent::uptime);
    print_facts(
        call.out,
        {{"Agent", "running, version " + text(agent, fields::agent::version)},
         {"Pid",
          text(agent, fields::agent::pid) + " (keeper " + text(agent, fields::agent::keeper_pid) + ")"},
         {"Up", uptime ? format_age(Duration(static_cast<std::int64_t>(*uptime * 1000))) : ""},
         {"Memory", memory ? format_bytes(static_cast<std::uint64_t>(*memory)) : ""},
         {"Servers", text(servers, fields::agent::total) + " (" + text(servers, fields::agent::running) +
                         " running, " + text(servers, fields::agent::error) + " in error)"},
         {"Store", store_in_words(agent)},
         {"Cgroup", text(agent, fields::agent::cgroup)},
         {"Socket", text(agent, fields::agent::socket)},
         {"Listens on", listening_in_words(member(agent, fields::agent::tcp))}});
    const Json& notices = member(agent, fields::agent::notices);
    if (!notices.is_array()) return;
    for (const Json& notice : notices) {
        call.out.write("! " +
                       harmless(notice.is_string() ? notice.get<std::string>() : text(notice, own::message)) +
                       "\n");
    }
}

Outcome agent_is_down(Invocation& call, const Paths& paths, const Error& error) {
    if (!is_absence(error)) return error;
    const bool lives = agent_lock_is_held(paths);
    Json data{{fields::agent::running, lives}};
    if (lives) data.update(Json{{own::answers, false}, {own::reason, error.message}});
    if (!print_for_programs(call.out, data, call.format)) {
        call.out.write(lives ? "Agent:  does not answer: " + harmless_lines(error.message) + "\n"
                             : std::string("Agent:  not running\n"));
        if (lives && !error.hint.empty()) call.out.note(error.hint);
    }
    return ExitStatus::no_agent;
}

Outcome agent_answer(Invocation& call, const Paths& paths, AgentClient& client) {
    const auto agent = client.agent();
    if (!agent) return agent_is_down(call, paths, agent.error());
    if (!print_for_programs(call.out, *agent, call.format)) {
        print_agent(call, *agent);
    }
    return ExitStatus::done;
}

struct Shown {
    Json servers = Json::array();
    Picture picture = Picture::live;
};

Result<Shown> servers_without_agent(Invocation& call, const Paths& paths,
                                    const std::vector<std::string>& words, const Error& absent) {
    const auto snapshot = read_snapshot(paths);
    if (!snapshot) return snapshot.error();
    say_stale(call.out, *snapshot, absence_in_words(paths, absent), way_out_of_absence(paths, absent),
              now_utc());
    const auto names = named_servers(snapshot->servers, words);
    if (!names) return names.error();
    Shown shown{Json::array(), Picture::stale};
    for (const std::string& name : *names) {
        auto server = find_server(snapshot->servers, name);
        if (!server) return server.error();
        shown.servers.push_back(std::move(*server));
    }
    return shown;
}

Result<Shown> servers_now(AgentClient& agent, const std::vector<std::string>& words) {
    const auto names = server_names(agent, words);
    if (!names) return names.error();
    Shown shown;
    for (const std::string& name : *names) {
        auto server = agent.server(name);
        if (!server) return with_suggestion(server.error(), agent, name);
        shown.servers.push_back(std::move(*server));
    }
    return shown;
}

std::vector<std::pair<std::string, std::string>> status_facts(const Json& server) {
    const Timestamp now = now_utc();
    const bool running = status_of(server) == ShownStatus::running;
    return {
        {"Name", text(server, fields::server::name)},
        {"Status", status_in_words(server)},
        {"Health", text(server, fields::server::health_status)},
        {"Pid", text(server, fields::server::pid)},
        {"Up", running ? age_since(text(server, fields::server::started_at), now) : ""},
        {"Definition", pending_in_words(server)},
        {"Own runs", own_runs_in_words(server)},
        {"Restarts", text(server, fields::server::restart_count)},
        {"Last exit", last_exit_in_words(server, now)},
        {"Next retry", next_retry_in_words(server, now)},
        {"Enabled", yes_no(member(member(server, fields::server::config), fields::config::enabled) != false)},
        {"Source", source_in_words(server)}};
}

Outcome print_statuses(Invocation& call, const Shown& shown, bool is_one) {
    bool all_run = shown.picture == Picture::live;
    for (const Json& server : shown.servers) all_run = all_run && status_of(server) == ShownStatus::running;
    const ExitStatus status = all_run ? ExitStatus::done : ExitStatus::wrong_state;
    if (print_for_programs(call.out, is_one ? shown.servers.front() : shown.servers, call.format))
        return status;
    for (const Json& server : shown.servers) {
        if (&server != &shown.servers.front()) call.out.write("\n");
        print_facts(call.out, shown.picture == Picture::live
                                  ? status_facts(server)
                                  : server_facts(server, shown.picture, now_utc()));
    }
    return status;
}

}  // namespace

Outcome status(Invocation& call) {
    std::vector<std::string> words;
    call.options.positionals("NAME…", words, "servers; without one, the agent", Completes::servers);
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();

    const auto paths = find_paths();
    if (!paths) return paths.error();
    auto agent = AgentClient::connect(*paths);
    if (!agent && words.empty()) return agent_is_down(call, *paths, agent.error());
    if (words.empty()) return agent_answer(call, *paths, *agent);
    auto shown = agent ? servers_now(*agent, words) : Result<Shown>(agent.error());
    if (!shown && is_absence(shown.error()))
        shown = servers_without_agent(call, *paths, words, shown.error());
    if (!shown) return shown.error();
    const bool is_one = words.size() == 1 && shown->servers.size() == 1 && !is_pattern(words[0]);
    return print_statuses(call, *shown, is_one);
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
