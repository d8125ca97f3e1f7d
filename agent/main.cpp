// mcpmd: its arguments decide what this process is (the keeper, an agent, an errand of the command line, or
// the command line under another name), and nothing else happens here.
#include "agent/agent.hpp"
#include "agent/async/agent_log.hpp"
#include "agent/crash/crash_handler.hpp"
#include "agent/errands/errands.hpp"
#include "agent/keeper/keeper.hpp"
#include "agent/keeper/protocol.hpp"
#include "agent/process/asked_signals.hpp"
#include "agent/process/sd_notify.hpp"
#include "agent/process/stand_in.hpp"
#include "agent/process/startup.hpp"
#include "cli/cli.hpp"
#include "common/build_info.hpp"
#include "common/config_file.hpp"
#include "common/crash_file.hpp"
#include "common/error.hpp"
#include "common/number.hpp"
#include "common/own_program.hpp"
#include "common/paths.hpp"
#include "common/sound_clock.hpp"
#include "common/standard_descriptors.hpp"

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace mcpm;

constexpr std::string_view usage =
    "usage: mcpmd run              run the agent in the foreground (also: serve)\n"
    "       mcpmd ctl COMMAND…     the command line, as `mcpm`\n"
    "       mcpmd --version | --help\n";

/// Descriptors that every agent gets from the keeper: the lock first, then the listening sockets.
constexpr int first_passed = 4;

/// Among an agent's arguments: its sockets are those of socket activation.
constexpr std::string_view activated_flag = "--activated";

int say(const Error& error) {
    fmt::print(stderr, "mcpmd: {}\n", error.message);
    if (!error.hint.empty()) fmt::print(stderr, "{}\n", error.hint);
    switch (error.code) {
        case ErrorCode::conflict:
            return 6;
        case ErrorCode::validation_error:
            return keeper::agent_misconfigured;
        default:
            return 1;
    }
}

int number_after(const std::vector<std::string_view>& arguments, std::string_view flag) {
    for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
        const auto number = arguments[i] == flag ? parse_number<int>(arguments[i + 1]) : std::nullopt;
        if (number) return *number;
    }
    return -1;
}

PassedBy passed_by(const std::vector<std::string_view>& arguments) {
    const bool activated = std::find(arguments.begin(), arguments.end(), activated_flag) != arguments.end();
    return activated ? PassedBy::activation : PassedBy::keeper;
}

int stand_in(const Paths& paths, const std::vector<UniqueFd>& sockets, const Error& refused) {
    const int keeper = lock_holder(paths);
    if (keeper <= 0) return say(refused);
    const auto stood_in = stand_in_for(keeper, sockets);
    if (stood_in) return 0;
    Error error = refused;
    error.message += fmt::format(" ({})", stood_in.error().message);
    return say(error);
}

int become_keeper() {
    // Before anything is opened: a number that was promised and not passed would be taken by a file of ours.
    std::vector<UniqueFd> passed;
    for (const int descriptor : take_activation_descriptors()) passed.emplace_back(descriptor);
    const auto paths = find_paths();
    if (!paths) return say(paths.error());
    // What a server makes has the mode its user is used to.
    const mode_t umask_of_servers = ::umask(077);
    if (const auto prepared = prepare_folders(*paths); !prepared) return say(prepared.error());
    auto lock = take_lock(*paths);
    if (!lock && lock.error().code == ErrorCode::conflict && !passed.empty())
        return stand_in(*paths, passed, lock.error());
    if (!lock) return say(lock.error());
    sound_clock::hand_on_beginning();
    const auto config = read_config(paths->config_file());
    if (!config) return say(config.error());
    const bool is_activated = !passed.empty();
    auto listeners = open_listeners(*paths, std::move(passed));
    if (!listeners) return say(listeners.error());
    if (!is_activated) {
        for (auto& socket : bind_tcp_sockets(config->http)) listeners->push_back(std::move(socket));
    }

    keeper::KeeperOptions options;
    options.program = own_program();
    options.arguments = {"mcpmd", "--listeners", std::to_string(listeners->size())};
    if (is_activated) options.arguments.emplace_back(activated_flag);
    options.passed.push_back({lock->release(), first_passed});
    for (auto& listener : *listeners) {
        options.passed.push_back(
            {listener.release(), first_passed + static_cast<int>(options.passed.size())});
    }
    ::umask(umask_of_servers);
    return keeper::run_keeper(std::move(options));
}

int status_after(AgentEnd end) {
    switch (end) {
        case AgentEnd::stopped:
            return 0;
        case AgentEnd::replaced:
            return keeper::agent_restart;
        case AgentEnd::misconfigured:
            return keeper::agent_misconfigured;
        case AgentEnd::failed:
            return 1;
    }
    return 1;
}

int become_agent(int keeper_descriptor, int listeners, PassedBy by) {
    ::umask(077);  // of this process alone: its files are nobody else's, and ours to open again
    // Secrets pass through this process: no core file of it, and no other program of this user may look into
    // its memory (ptrace, /proc/PID/mem, /proc/PID/environ). What it starts is born of the keeper and begins
    // anew.
    ::prctl(PR_SET_DUMPABLE, 0);
    auto paths = find_paths();
    if (!paths) return say(paths.error());
    crash::install_handler(crash_folder(paths->state));
    auto config = read_config(paths->config_file());
    if (!config) return say(config.error());
    const AgentLog log(config->log_level);
    AgentOptions options{std::move(*paths), std::move(*config), UniqueFd(keeper_descriptor), {}, by,
                         first_passed + 1};
    for (int number = 0; number < listeners; ++number) {
        const int descriptor = first_passed + 1 + number;
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        options.listeners.emplace_back(descriptor);
    }
    ::fcntl(first_passed, F_SETFD, FD_CLOEXEC);
    ::fcntl(keeper_descriptor, F_SETFD, FD_CLOEXEC);
    // A peer or a server that went away is an error to answer for, not the end of the agent.
    std::signal(SIGPIPE, SIG_IGN);
    // A limit on the size of files is a failed write, not the end.
    for (const int number : {SIGXFSZ, SIGXCPU}) std::signal(number, SIG_IGN);
    block_asked_signals();

    Loop loop(1);
    Agent agent(loop, std::move(options), log);
    AgentEnd end = AgentEnd::failed;
    asio::co_spawn(loop.get_executor(), agent.run(), [&](const std::exception_ptr& thrown, AgentEnd how) {
        end = how;
        loop.stop();  // every room is closed; what still waits (the keeper's packets) waits for nothing
        if (!thrown) return;
        end = AgentEnd::failed;
        try {
            std::rethrow_exception(thrown);
        } catch (const std::exception& error) {
            log.error(fmt::format("the agent ends by a bug: {}", error.what()));
        }
    });
    loop.run();
    return status_after(end);
}

}  // namespace

int main(int argc, char** argv) {
    fill_standard_descriptors();
    const std::vector<std::string_view> arguments(argv + 1, argv + argc);
    const std::string_view first = arguments.empty() ? std::string_view() : arguments.front();
    if (first == "ctl") return run_cli(argc - 1, argv + 1);
    if (first == "--version" || first == "version") {
        return fmt::print("mcpmd {}{}\n", MCPM_VERSION, mcpm::in_brackets(mcpm::build_info())), 0;
    }
    if (first == "--help" || first == "-h" || first == "help") return fmt::print("{}", usage), 0;
    if (errands::is_errand(first)) return errands::run_errand(arguments);
    if (const int state = number_after(arguments, "--keeper-resume"); state >= 0)
        return keeper::resume_keeper(state);
    if (const int fd = number_after(arguments, "--agent-fd"); fd >= 0)
        return become_agent(fd, number_after(arguments, "--listeners"), passed_by(arguments));
    if (arguments.empty() || (arguments.size() == 1 && (first == "run" || first == "serve")))
        return become_keeper();
    fmt::print(stderr, "mcpmd: unknown argument {}\n{}", first, usage);
    return 2;
}
