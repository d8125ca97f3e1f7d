#include "cli/agent_absence.hpp"
#include "cli/agent_process.hpp"
#include "cli/commands/all.hpp"
#include "cli/environment.hpp"
#include "cli/kernel_word.hpp"
#include "cli/own_fields.hpp"
#include "cli/progress.hpp"
#include "common/build_info.hpp"
#include "common/config_file.hpp"
#include "common/fields/agent_fields.hpp"
#include "common/unique_fd.hpp"
#include "common/units.hpp"

#include <poll.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <thread>

namespace mcpm::cli::commands {

namespace {

using namespace std::chrono_literals;

constexpr auto end_patience = 60s;
constexpr auto replace_patience = 15s;
constexpr auto look_again = 20ms;  // what the kernel does not tell of: the moment a lock is free
constexpr auto look_whether_stopped = 1s;

// The keeper is the last to go. Empty when it cannot be known; then the lock alone tells.
UniqueFd keeper_of(const Paths& paths) {
    const pid_t keeper = find_traces(paths).keeper.pid;
    return UniqueFd(keeper > 0 ? static_cast<int>(::syscall(SYS_pidfd_open, keeper, 0)) : -1);
}

// One that is stopped (SIGSTOP) can't end: it goes on for that. Said, because somebody stopped it.
void let_go_on(Output& out, const Paths& paths) {
    const AgentTraces traces = find_traces(paths);
    for (const auto& [who, process] : {std::pair{"keeper", traces.keeper}, {"agent", traces.agent}}) {
        if (process.state != 'T' || ::kill(process.pid, SIGCONT) != 0) continue;
        out.note("the " + std::string(who) + " (pid " + std::to_string(process.pid) +
                 ") was stopped (SIGSTOP); it goes on in order to end");
    }
}

// The agent answers before it ends; "stopped" is said when its keeper has ended and nobody holds the lock any
// more.
Result<> wait_for_end(Output& out, const Paths& paths, const UniqueFd& keeper) {
    const auto deadline = std::chrono::steady_clock::now() + end_patience;
    // The kernel tells of the end, and not of one that is stopped on the way there.
    constexpr int a_while = std::chrono::milliseconds(look_whether_stopped).count();
    pollfd ended{keeper.get(), POLLIN, 0};
    while (keeper && ::poll(&ended, 1, a_while) <= 0 && std::chrono::steady_clock::now() < deadline)
        let_go_on(out, paths);
    while (agent_lock_is_held(paths)) {
        if (std::chrono::steady_clock::now() > deadline) {
            return Error{ErrorCode::timed_out,
                         "the agent was told to stop, but still holds " + paths.lock().string() + ": " +
                             judge(find_traces(paths)).what,
                         {},
                         "see `mcpm agent logs`"};
        }
        std::this_thread::sleep_for(look_again);
    }
    return {};
}

// A new agent answers under another pid, when the one before has ended; or it is plain that none will.
Result<Json> wait_for_successor(const Paths& paths, std::int64_t old_pid) {
    const auto deadline = std::chrono::steady_clock::now() + replace_patience;
    while (std::chrono::steady_clock::now() < deadline) {
        auto agent = AgentClient::connect(paths);
        auto answer = agent ? agent->agent() : Result<Json>(agent.error());
        if (answer && integer(*answer, fields::agent::pid) != old_pid) return answer;
        if (!answer && is_certain_absence(answer.error())) return answer.error();
        const auto old = static_cast<pid_t>(old_pid);
        if (::kill(old, 0) != 0 || ends_within(old, look_whether_stopped))
            std::this_thread::sleep_for(look_again);
    }
    const Absence absence = judge(find_traces(paths));
    return Error{ErrorCode::timed_out, "the new agent does not answer: " + absence.what, {}, absence.hint};
}

Outcome replace_agent(Invocation& call, const char* action, const Json& body) {
    const auto paths = find_paths();
    if (!paths) return paths.error();
    auto agent = AgentClient::connect(*paths);
    if (!agent && agent.error().code == ErrorCode::unavailable && !agent_lock_is_held(*paths))
        return Error{ErrorCode::unavailable, "the agent is not running", {}, "`mcpm agent start` starts it"};
    if (!agent) return agent.error();
    const auto before = agent->agent();
    if (!before) return before.error();
    const auto successor = [&]() -> Result<Json> {
        const Progress progress(call.out, "replacing the agent");
        const auto answer = agent->act_on_agent(action, body);
        // The agent may be gone before its answer is through; the successor is the proof.
        if (!answer && answer.error().code != ErrorCode::unavailable) return answer.error();
        return wait_for_successor(*paths, integer(*before, fields::agent::pid).value_or(0));
    }();
    if (!successor) return successor.error();
    (void)print_for_programs(call.out, *successor, call.format);
    return ExitStatus::done;
}

/// The next agent would not begin with it, and the one that lives does its work.
Result<> check_config_of_next() {
    const auto paths = find_paths();
    if (!paths || !AgentClient::connect(*paths)) return {};
    const auto config = read_config(paths->config_file(), [](const char*) { return std::nullopt; });
    if (config) return {};
    const bool is_broken =
        config.error().code == ErrorCode::validation_error || config.error().code == ErrorCode::conflict;
    if (!is_broken) return {};
    Error error = config.error();
    error.hint = "the agent goes on with what it read before; mend the file and restart it again";
    return error;
}

}  // namespace

Outcome agent_run(Invocation& call) {
    if (!call.parse()) return call.outcome();
    const auto program = find_agent_program();
    if (!program) return program.error();
    call.out.flush();
    std::signal(SIGPIPE, SIG_DFL);
    const std::string path = program->string();
    char* const arguments[] = {const_cast<char*>(path.c_str()), const_cast<char*>("run"), nullptr};
    ::execv(path.c_str(), arguments);
    return system_error("start " + path, errno);
}

Outcome agent_start(Invocation& call) {
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    const auto deadline = std::chrono::steady_clock::now() + replace_patience;
    // The socket of an agent that is about to end accepts too: only an answer shows one that is there.
    for (;;) {
        auto agent = call.agent();
        if (!agent) return agent.error();
        const auto answer = agent->agent();
        if (answer) {
            (void)print_for_programs(call.out, *answer, call.format);
            return ExitStatus::done;
        }
        if (is_certain_absence(answer.error())) return answer.error();
        if (answer.error().code != ErrorCode::unavailable || std::chrono::steady_clock::now() > deadline)
            return answer.error();
        std::this_thread::sleep_for(look_again);
    }
}

Outcome agent_stop(Invocation& call) {
    bool leave = false;
    call.options.flag("--leave-servers", leave, "only replace the agent, as `agent restart` does");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    if (leave) return replace_agent(call, "stop", Json{{fields::agent::servers, "leave"}});
    const auto paths = find_paths();
    if (!paths) return paths.error();
    const UniqueFd keeper = keeper_of(*paths);
    let_go_on(call.out, *paths);
    auto agent = AgentClient::connect(*paths);
    const auto say = [&](const char* change) {
        (void)print_for_programs(call.out, Json{{own::name, own::mcpmd}, {own::change, change}}, call.format);
        return ExitStatus::done;
    };
    if (!agent && agent.error().code == ErrorCode::unavailable && !agent_lock_is_held(*paths))
        return say("none");
    const auto ended = [&]() -> Result<> {
        const Progress progress(call.out, "stopping the agent and its servers");
        const auto answer = agent ? agent->act_on_agent("stop", Json{{fields::agent::servers, "stop"}})
                                  : Result<Json>(agent.error());
        if (!answer && !is_absence(answer.error())) return answer.error();
        // Nobody took the request: the keeper ends all of it, by the signal that systemd would send.
        if (!answer && keeper) (void)::syscall(SYS_pidfd_send_signal, keeper.get(), SIGTERM, nullptr, 0);
        return wait_for_end(call.out, *paths, keeper);
    }();
    if (!ended) return ended.error();
    return say("stopped");
}

Outcome agent_restart(Invocation& call) {
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    if (const auto good = check_config_of_next(); !good) return good.error();
    return replace_agent(call, "restart", Json::object());
}

Outcome agent_upgrade(Invocation& call) {
    std::optional<std::string> program;
    call.options.value("--program", "FILE", program, "this mcpmd (default: the one beside mcpm)");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    std::error_code failure;
    Json body = Json::object();
    if (program) {
        body[fields::agent::program] = std::filesystem::absolute(*program, failure).string();
    } else if (const auto found = find_agent_program(); found) {
        body[fields::agent::program] = found->string();
    }
    return replace_agent(call, "upgrade", body);
}

Outcome version(Invocation& call) {
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    Json versions{{own::mcpm, MCPM_VERSION}};
    const BuildInfo build = build_info();
    if (!build.commit.empty()) versions[own::commit] = build.commit;
    if (!build.date.empty()) versions[own::date] = build.date;
    if (const auto paths = find_paths(); paths) {
        if (auto agent = AgentClient::connect(*paths); agent) {
            if (const auto answer = agent->agent(); answer)
                versions[own::mcpmd] = text(*answer, fields::agent::version);
        }
    }
    if (print_for_programs(call.out, versions, call.format)) return ExitStatus::done;
    call.out.write("mcpm " MCPM_VERSION + in_brackets(build) + "\n");
    if (versions.contains(own::mcpmd))
        call.out.write("mcpmd " + harmless(text(versions, own::mcpmd)) + " (running)\n");
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
