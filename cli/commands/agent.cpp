#include "cli/agent_absence.hpp"
#include "cli/agent_process.hpp"
#include "cli/commands/all.hpp"
#include "cli/environment.hpp"
#include "cli/own_fields.hpp"
#include "cli/progress.hpp"
#include "common/build_info.hpp"
#include "common/config_file.hpp"
#include "common/fields/agent_fields.hpp"
#include "common/number.hpp"
#include "common/own_file.hpp"
#include "common/unique_fd.hpp"
#include "common/units.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <thread>

namespace mcpm::cli::commands {

namespace {

using namespace std::chrono_literals;

constexpr auto end_patience = 60s;
constexpr auto replace_patience = 15s;
constexpr auto look_again = 20ms;

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
Result<> wait_for_end(const Paths& paths, const UniqueFd& keeper) {
    const auto deadline = std::chrono::steady_clock::now() + end_patience;
    pollfd ended{keeper.get(), POLLIN, 0};
    if (keeper) (void)::poll(&ended, 1, static_cast<int>(std::chrono::milliseconds(end_patience).count()));
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

// A new agent answers under another pid; or it is plain that none will.
Result<> wait_for_successor(const Paths& paths, std::int64_t old_pid) {
    const auto deadline = std::chrono::steady_clock::now() + replace_patience;
    while (std::chrono::steady_clock::now() < deadline) {
        auto agent = AgentClient::connect(paths);
        const auto answer = agent ? agent->agent() : Result<Json>(agent.error());
        if (answer && integer(*answer, fields::agent::pid) != old_pid) return {};
        if (!answer && is_certain_absence(answer.error())) return answer.error();
        std::this_thread::sleep_for(look_again);
    }
    const Absence absence = judge(find_traces(paths));
    return Error{ErrorCode::timed_out, "the new agent does not answer: " + absence.what, {}, absence.hint};
}

Outcome replace_agent(Invocation& call, const char* action, const Json& body) {
    const auto paths = find_paths();
    if (!paths) return paths.error();
    auto agent = AgentClient::connect(*paths);
    if (!agent) return agent.error();
    const auto before = agent->agent();
    if (!before) return before.error();
    const Progress progress(call.out, "replacing the agent");
    const auto answer = agent->act_on_agent(action, body);
    // The agent may be gone before its answer is through; the successor is the proof.
    if (!answer && answer.error().code != ErrorCode::unavailable) return answer.error();
    const auto done = wait_for_successor(*paths, integer(*before, fields::agent::pid).value_or(0));
    if (!done) return done.error();
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

// From the end of the file backwards, in pieces, until enough lines are found.
Result<off_t> start_of_tail(int fd, std::uint64_t lines) {
    std::array<char, 16384> piece{};
    off_t at = ::lseek(fd, 0, SEEK_END);
    const off_t end = at;
    std::uint64_t found = 0;
    while (at > 0) {
        const std::size_t wanted = std::min(piece.size(), static_cast<std::size_t>(at));
        const off_t from = at - static_cast<off_t>(wanted);
        const ssize_t got = ::pread(fd, piece.data(), wanted, from);
        if (got < 0) return system_error("read the agent's log", errno);
        for (ssize_t index = got - 1; index >= 0; --index) {
            const bool newline = piece[static_cast<std::size_t>(index)] == '\n' && from + index + 1 < end;
            if (newline && ++found == lines) return from + index + 1;
        }
        at = from;
    }
    return off_t{0};
}

void print_from(Output& out, int fd, off_t& at) {
    std::array<char, 16384> piece{};
    while (true) {
        const ssize_t got = ::pread(fd, piece.data(), piece.size(), at);
        if (got <= 0) break;
        at += got;
        out.write_foreign({piece.data(), static_cast<std::size_t>(got)});
    }
    out.flush();
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
    if (!call.parse()) return call.outcome();
    const auto deadline = std::chrono::steady_clock::now() + replace_patience;
    // The socket of an agent that is about to end accepts too: only an answer shows one that is there.
    for (;;) {
        auto agent = call.agent();
        if (!agent) return agent.error();
        const auto answer = agent->agent();
        if (answer) return ExitStatus::done;
        if (is_certain_absence(answer.error())) return answer.error();
        if (answer.error().code != ErrorCode::unavailable || std::chrono::steady_clock::now() > deadline)
            return answer.error();
        std::this_thread::sleep_for(look_again);
    }
}

Outcome agent_stop(Invocation& call) {
    bool leave = false;
    call.options.flag("--leave-servers", leave, "only replace the agent, as `agent restart` does");
    if (!call.parse()) return call.outcome();
    if (leave) return replace_agent(call, "stop", Json{{fields::agent::servers, "leave"}});
    const auto paths = find_paths();
    if (!paths) return paths.error();
    const UniqueFd keeper = keeper_of(*paths);
    let_go_on(call.out, *paths);
    auto agent = AgentClient::connect(*paths);
    if (!agent && agent.error().code == ErrorCode::unavailable && !agent_lock_is_held(*paths))
        return ExitStatus::done;
    const Progress progress(call.out, "stopping the agent and its servers");
    const auto answer = agent ? agent->act_on_agent("stop", Json{{fields::agent::servers, "stop"}})
                              : Result<Json>(agent.error());
    if (!answer && !is_absence(answer.error())) return answer.error();
    // Nobody took the request: the keeper ends all of it, by the signal that systemd would send.
    if (!answer && keeper) (void)::syscall(SYS_pidfd_send_signal, keeper.get(), SIGTERM, nullptr, 0);
    const auto ended = wait_for_end(*paths, keeper);
    if (!ended) return ended.error();
    return ExitStatus::done;
}

Outcome agent_restart(Invocation& call) {
    if (!call.parse()) return call.outcome();
    if (const auto good = check_config_of_next(); !good) return good.error();
    return replace_agent(call, "restart", Json::object());
}

Outcome agent_upgrade(Invocation& call) {
    std::optional<std::string> program;
    call.options.value("--program", "FILE", program, "this mcpmd (default: the one beside mcpm)");
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

Outcome agent_logs(Invocation& call) {
    std::string lines = "100";
    bool follow = false;
    call.options.value("-n,--tail", "N", lines, "the last N lines, or all (default: 100)");
    call.options.flag("-f,--follow", follow, "go on printing");
    if (!call.parse()) return call.outcome();
    const auto paths = find_paths();
    if (!paths) return paths.error();
    const std::string file = paths->agent_log().string();
    const auto opened = open_own_file(file, O_RDONLY, 0, {Links::refused, Owner::anybody});
    if (!opened && opened.error().code == ErrorCode::not_found) {
        return Error{ErrorCode::not_found,
                     "there is no log at " + file,
                     {},
                     "an agent run by systemd or in the foreground writes to its own stderr"};
    }
    if (!opened) return opened.error();
    const UniqueFd& log = *opened;
    off_t at = 0;
    if (lines != "all") {
        const auto count = parse_number<std::uint64_t>(lines);
        if (!count)
            return Error{ErrorCode::validation_error, "--tail: '" + lines + "' is not a whole number"};
        const auto from =
            *count == 0 ? Result<off_t>(::lseek(log.get(), 0, SEEK_END)) : start_of_tail(log.get(), *count);
        if (!from) return from.error();
        at = *from;
    }
    print_from(call.out, log.get(), at);
    if (!follow) return ExitStatus::done;
    call.out.end_with_reader();
    for (;;) {
        std::this_thread::sleep_for(200ms);
        print_from(call.out, log.get(), at);
    }
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
