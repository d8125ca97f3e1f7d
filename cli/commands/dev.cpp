// dev: a server under a temporary name while it is written. Its log and its traffic are shown, it starts
// again when its files change (the agent watches), and it is removed at the end, whatever ends this program;
// what a SIGKILL left is removed by the next one.
#include "cli/command_words.hpp"
#include "cli/commands/all.hpp"
#include "cli/definition.hpp"
#include "cli/dev_words.hpp"
#include "cli/environment.hpp"
#include "cli/kernel_word.hpp"
#include "cli/key_terminal.hpp"
#include "cli/line_mailbox.hpp"
#include "cli/log_follower.hpp"
#include "cli/progress.hpp"
#include "cli/risk_words.hpp"
#include "cli/selection.hpp"
#include "cli/shell_words.hpp"
#include "cli/trace_lines.hpp"
#include "common/fields/config_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/own_program.hpp"
#include "common/whole_lines.hpp"
#include "common/wire.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace mcpm::cli::commands {

namespace {

using namespace std::chrono_literals;

constexpr const char* keys_in_words = "r restarts, i opens the Inspector, t hides the traffic, q ends";

/// Shared with threads that may outlive the command.
struct Shown {
    LineMailbox lines;
    std::atomic<bool> traffic{true};
    std::atomic<bool> is_over{false};
};
using ShownPtr = std::shared_ptr<Shown>;

void say(const ShownPtr& screen, const std::string& text) {
    screen->lines.put("mcpm: " + harmless(text) + "\n");
}

/// What passes, for as long as the server is there; goes on with an agent that took over.
void follow_traffic(const Paths& paths, const std::string& id, const ShownPtr& screen) {
    FileWatch socket(paths.socket());
    while (!screen->is_over) {
        if (auto agent = AgentClient::connect(paths)) {
            WholeLines lines;
            const auto ended =
                agent->stream(server_path(id) + "/trace?follow=1", [&](std::string_view bytes) {
                    lines.take(bytes, [&](std::string_view line) {
                        const auto record = wire::parse_answer(line);
                        if (record && screen->traffic) screen->lines.put(trace_text(*record));
                    });
                    return !screen->is_over;
                });
            if (!ended && ended.error().code == ErrorCode::server_not_found) return;
        }
        socket.wait(1s);
    }
}

/// A program of its own, which lives no longer than this one.
class InspectorChild {
  public:
    ~InspectorChild() { end(); }
    void start(const std::string& server, const KeyTerminal& terminal, const ShownPtr& screen) {
        if (is_running()) return say(screen, "the Inspector runs already");
        child_ = ::fork();
        if (child_ < 0) say(screen, system_error("start the Inspector", errno).message);
        if (child_ != 0) return;
        terminal.give_back_in_child();
        ::setpgid(0, 0);
        const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
        ::dup2(nothing, STDIN_FILENO);
        std::string program = own_program();
        std::string ctl = "ctl";  // the same command line, as a word of the agent's program
        std::string command = "inspector";
        std::string name = server;
        std::vector<char*> words{program.data(), command.data(), name.data(), nullptr};
        if (program.ends_with("/mcpmd")) words.insert(words.begin() + 1, ctl.data());
        ::execv(program.c_str(), words.data());
        ::_exit(127);
    }

  private:
    bool is_running() {
        if (child_ > 0 && ::waitpid(child_, nullptr, WNOHANG) != 0) child_ = -1;
        return child_ > 0;
    }
    void end() {
        if (!is_running()) return;
        ::kill(child_, SIGTERM);
        (void)ends_within(child_, 5s);
        if (!is_running()) return;
        ::kill(-child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    pid_t child_ = -1;
};

/// Gone with this object.
class TemporaryServer {
  public:
    TemporaryServer(const Paths& paths, std::string id, std::string name)
        : paths_(paths), id_(std::move(id)), name_(std::move(name)) {}
    TemporaryServer(const TemporaryServer&) = delete;
    TemporaryServer& operator=(const TemporaryServer&) = delete;
    ~TemporaryServer() { (void)remove(); }
    Result<> remove() {
        if (std::exchange(is_removed_, true)) return {};
        auto agent = AgentClient::connect(paths_);
        if (!agent) return agent.error();
        const auto removed = agent->remove(id_);
        if (removed || removed.error().code == ErrorCode::server_not_found) return {};
        return removed.error();
    }
    const std::string& id() const { return id_; }
    const std::string& name() const { return name_; }

  private:
    const Paths& paths_;
    std::string id_, name_;
    bool is_removed_ = false;
};

/// Writes as it can; false when nobody reads any more. The output's own way would end the program at once.
bool print(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

class Dev {
  public:
    Dev(Invocation& call, const Paths& paths, TemporaryServer& server, KeyTerminal& terminal)
        : call_(call),
          paths_(paths),
          server_(server),
          terminal_(terminal),
          screen_(std::make_shared<Shown>()) {}

    /// Until it is left; the signal that ended it, or 0.
    int run(AgentClient agent) {
        std::thread([paths = paths_, id = server_.id(), screen = screen_] {
            follow_traffic(paths, id, screen);
        }).detach();
        follow_log();
        act("start", std::move(agent));
        const int signal = listen();
        screen_->is_over = true;
        return signal;
    }

  private:
    void follow_log() {
        auto agent = AgentClient::connect(paths_);
        if (!agent) return say(screen_, agent.error().message);
        LogRequest request;
        request.server = server_.id();
        request.follow = request.all = true;
        // An output of the thread's own, because this command may end first.
        const auto out = std::make_shared<Output>();
        const auto own = std::make_shared<Invocation>(call_.command(), std::vector<std::string>(), *out);
        std::thread([out, own, paths = std::make_shared<Paths>(paths_), request, screen = screen_,
                     agent = std::move(*agent)]() mutable {
            LogFollower follower(*own, *paths, request);
            follower.print_by([&](const std::string& json_line) {
                const auto json = wire::parse(json_line);
                if (json) screen->lines.put(dev_log_line(*json, LogFollower::shown(*own, request, *json)));
            });
            (void)follower.run(std::move(agent));
        }).detach();
    }

    /// Beside what is shown: a start takes as long as it takes.
    void act(const char* what, Result<AgentClient> agent) {
        if (!agent) return say(screen_, agent.error().message);
        std::thread([agent = std::move(*agent), id = server_.id(), what, screen = screen_]() mutable {
            const auto done = agent.act(id, what);
            if (screen->is_over) return;
            if (!done)
                say(screen, done.error().message + "; a change of its files starts it again");
            else
                say(screen, std::string("it runs"));
        }).detach();
    }

    bool press(char key) {
        if (key == 'q' || key == 4) return false;  // Ctrl-D
        if (key == 'r') act("restart", AgentClient::connect(paths_));
        if (key == 'i') inspector_.start(server_.name(), terminal_, screen_);
        if (key == 't') {
            screen_->traffic = !screen_->traffic;
            say(screen_, screen_->traffic ? "the traffic is shown" : "the traffic is hidden");
        }
        if (key == '?' || key == 'h') say(screen_, keys_in_words);
        return true;
    }

    int listen() {
        for (;;) {
            std::array<pollfd, 3> waits{pollfd{terminal_.signals(), POLLIN, 0},
                                        pollfd{screen_->lines.bell(), POLLIN, 0},
                                        pollfd{terminal_.has_keys() ? STDIN_FILENO : -1, POLLIN, 0}};
            if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) return 0;
            if (const int signal = terminal_.next_signal()) return signal;
            if (!print(screen_->lines.take())) return SIGPIPE;
            if (waits[2].revents == 0) continue;
            std::string keys;
            const bool is_there = terminal_.read_keys(keys);
            if (!is_there || (keys.empty() && (waits[2].revents & (POLLHUP | POLLERR)) != 0)) return SIGHUP;
            for (const char key : keys)
                if (!press(key)) return 0;
        }
    }

    Invocation& call_;
    const Paths& paths_;
    TemporaryServer& server_;
    KeyTerminal& terminal_;
    ShownPtr screen_;
    InspectorChild inspector_;
};

struct DevWords {
    std::string name;
    Definition definition;
    std::vector<std::string> patterns;
};

/// As `add` makes it, with what a server under work needs beside.
Result<Json> dev_definition(const DevWords& words, const Json& servers) {
    const TypedIn here = typed_in_here();
    auto given = words.definition.to_json(nullptr, process_environment());
    if (!given) return given;
    Json wanted{{"name", words.name}};
    wanted.update(*given);
    Json& config = wanted[fields::server::config];
    if (!config.is_object()) config = Json::object();
    if (!wanted.contains(fields::server::image) && !wanted.contains(fields::server::url) &&
        !config.contains(fields::config::cwd))
        config[fields::config::cwd] = here.folder;
    const std::string folder = text(config, fields::config::cwd);
    if (words.name.empty())
        wanted[fields::server::name] = dev_name(folder.empty() ? here.folder : folder, servers);
    std::vector<std::string> command{text(wanted, fields::server::command)};
    for (const Json& word : member(wanted, fields::server::args)) command.push_back(word.get<std::string>());
    const auto is_file = [](const std::string& path) {
        std::error_code unknown;
        return std::filesystem::is_regular_file(path, unknown);
    };
    if (!config.contains(fields::config::watch) && !wanted.contains(fields::server::url))
        config[fields::config::watch] = dev_patterns(command, folder, is_file);
    // Started again by a change, not by itself.
    if (!config.contains(fields::config::restart))
        config[fields::config::restart] = Json{{"policy", "never"}};
    config[fields::config::labels][dev_label] = dev_owner();
    return ok(std::move(wanted));
}

Result<> remove_left_behind(Invocation& call, AgentClient& agent, const Json& servers) {
    for (const std::string& name : left_behind(servers)) {
        const auto removed = agent.remove(name);
        if (!removed && removed.error().code != ErrorCode::server_not_found) return removed.error();
        call.out.note("removed '" + name + "', which an `mcpm dev` that was killed had left");
    }
    return {};
}

/// Installing may take minutes. A signal meanwhile is kept for later: what is being defined must be removed.
Result<Json> create_when_free(AgentClient& agent, const Json& wanted, KeyTerminal& terminal, int& ended_by,
                              Output& out) {
    Result<Json> made = ok(nullptr);
    const UniqueFd done(::eventfd(0, EFD_CLOEXEC));
    std::thread worker([&] {
        made = agent.create(wanted);
        const std::uint64_t one = 1;
        (void)!::write(done.get(), &one, sizeof one);
    });
    for (;;) {
        std::array<pollfd, 2> waits{pollfd{terminal.signals(), POLLIN, 0}, pollfd{done.get(), POLLIN, 0}};
        if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) break;
        if (waits[1].revents != 0) break;
        const int signal = terminal.next_signal();
        if (signal == 0 || ended_by != 0) continue;
        ended_by = signal;
        out.note("ends when the server is defined, and removes it");
    }
    worker.join();
    return made;
}

std::string greeting(const Json& server, const KeyTerminal& terminal) {
    const std::string name = text(server, fields::server::name);
    const std::string folder = text(member(server, fields::server::config), fields::config::cwd);
    return "'" + name + "'" + (folder.empty() ? "" : " in " + folder) + "; for a client: mcpm connect " +
           in_shell_words(name) + (terminal.has_keys() ? std::string("; ") + keys_in_words : "");
}

Result<Json> prepare(Invocation& call, const DevWords& words, AgentClient& agent) {
    auto servers = agent.servers();
    if (!servers) return servers;
    if (const auto removed = remove_left_behind(call, agent, *servers); !removed) return removed.error();
    servers = agent.servers();
    if (!servers) return servers;
    auto wanted = dev_definition(words, *servers);
    if (!wanted) return wanted;
    const auto spec = wire::to_spec(*wanted);
    if (!spec) return spec.error();
    say_risks(call.out, *spec);
    return wanted;
}

Outcome run_dev(Invocation& call, const DevWords& words, const Paths& paths, AgentClient agent) {
    const auto wanted = prepare(call, words, agent);
    if (!wanted) return wanted.error();
    std::optional<KeyTerminal> terminal(std::in_place);
    int ended_by = 0;
    Result<> removed;
    {
        const auto made = create_when_free(agent, *wanted, *terminal, ended_by, call.out);
        if (!made) return made.error();
        TemporaryServer server(paths, text(*made, fields::server::id), text(*made, fields::server::name));
        if (ended_by == 0) {
            call.out.note(greeting(*made, *terminal));
            ended_by = Dev(call, paths, server, *terminal).run(std::move(agent));
        }
        removed = server.remove();
        if (removed && ended_by != SIGPIPE && ended_by != SIGHUP)
            call.out.note("'" + server.name() + "' is removed");
    }
    terminal.reset();
    if (!removed) return removed.error();
    // As if it had not been caught: whoever waits sees what ended it.
    if (ended_by != 0 && ended_by != SIGINT) {
        ::signal(ended_by, SIG_DFL);
        ::raise(ended_by);
    }
    return ExitStatus::done;
}

}  // namespace

Outcome dev(Invocation& call) {
    DevWords words;
    call.options.value("--name", "NAME", words.name, "what it is called meanwhile (default: dev-FOLDER)");
    words.definition.declare(call.options, DefinitionFor::add);
    if (!call.parse()) return call.outcome();
    const auto paths = find_paths();
    if (!paths) return paths.error();
    auto agent = call.agent();
    if (!agent) return agent.error();
    return run_dev(call, words, *paths, std::move(*agent));
}

}  // namespace mcpm::cli::commands
