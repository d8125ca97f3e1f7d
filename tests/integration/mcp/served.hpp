// A real server process over pipes with a Sessions in front of it, for the tests of this folder.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/handover/run_facts.hpp"
#include "agent/mcp/sessions.hpp"
#include "agent/traces/durations.hpp"
#include "tests/support/places.hpp"
#include "tests/support/run_to_end.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mcpm::test {

using namespace std::chrono_literals;

struct ChildPipes {
    UniqueFd input, output;
};

/// A child with pipes on stdin and stdout; ended with the object.
class Child {
  public:
    explicit Child(std::vector<std::string> arguments) {
        std::signal(SIGPIPE, SIG_IGN);
        int in[2];
        int out[2];
        if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
        UniqueFd child_in(in[0]);
        UniqueFd child_out(out[1]);
        pipes_ = ChildPipes{UniqueFd(in[1]), UniqueFd(out[0])};
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, child_in.get(), 0);
        posix_spawn_file_actions_adddup2(&actions, child_out.get(), 1);
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
        std::vector<char*> argv;
        for (auto& argument : arguments) argv.push_back(argument.data());
        argv.push_back(nullptr);
        const int failed = ::posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        if (failed != 0) throw std::runtime_error("posix_spawn " + arguments[0]);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() { end(); }

    /// Duplicates, as the keeper gives them.
    ChildPipes pipes() const {
        return ChildPipes{UniqueFd(::fcntl(pipes_.input.get(), F_DUPFD_CLOEXEC, 3)),
                          UniqueFd(::fcntl(pipes_.output.get(), F_DUPFD_CLOEXEC, 3))};
    }
    void let_go_of_pipes() { pipes_ = ChildPipes{}; }
    void send(int signal) const { ::kill(pid_, signal); }
    void end() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }

  private:
    pid_t pid_ = 0;
    ChildPipes pipes_;
};

inline std::vector<std::string> everything(std::vector<std::string> options = {}) {
    options.insert(options.begin(), places::fixtures() + "/mcp_everything");
    return options;
}

/// One agent's life: a loop, its Sessions and what they told.
class Agent {
  public:
    Agent() : changed_(loop), sessions(loop, callbacks()) {}
    ~Agent() { close(); }

    void attach(const Child& child, RunFacts* facts = nullptr, bool resumed = false,
                Duration start_timeout = 20s, Duration probe_limit = default_probe()) {
        ChildPipes pipes = child.pipes();
        mcp::Attachment attachment;
        attachment.server_id = "s1";
        attachment.server_name = "everything";
        attachment.run = ++run;
        attachment.input = std::move(pipes.input);
        attachment.output = std::move(pipes.output);
        attachment.facts = facts;
        attachment.resumed = resumed;
        attachment.start_timeout = start_timeout;
        attachment.probe_limit = probe_limit;
        sessions.attach(std::move(attachment));
    }

    static Duration default_probe() { return mcp::default_probe_limit; }

    /// True when a session came about.
    bool opened() {
        run_to_end(loop, wait_decided());
        return ready_runs == run && !failure;
    }

    Result<std::string> call(const std::string& tool, const std::string& arguments = "{}",
                             mcp::CallOptions options = mcp::CallOptions()) {
        return run_to_end(loop, call_task(tool, arguments, std::move(options)));
    }
    Task<Result<std::string>> call_task(const std::string& tool, const std::string& arguments,
                                        mcp::CallOptions options = mcp::CallOptions()) {
        return sessions.call("s1", "tools/call",
                             R"({"name":")" + tool + R"(","arguments":)" + arguments + "}",
                             std::move(options));
    }
    Result<std::string> list(const std::string& method) {
        return run_to_end(loop, sessions.list("s1", method));
    }
    traces::DurationBook durations;
    int reopened = 0;  // times a remote had forgotten the session
    mcp::SessionCounts counts() const { return sessions.counts("s1"); }

    void close() {
        if (closed_) return;
        closed_ = true;
        run_to_end(loop, sessions.close());
    }

    Loop loop{1};

  private:
    mcp::Callbacks callbacks() {
        mcp::Callbacks told;
        told.ready = [this](const std::string&, std::uint64_t of) {
            ready_runs = of;
            changed_.notify_all();
        };
        told.failed = [this](const std::string&, std::uint64_t, Error why) {
            failure = std::move(why);
            changed_.notify_all();
        };
        told.noise = [this](const std::string&, std::string_view line) { noise.emplace_back(line); };
        told.notified = [this](const std::string&, std::string_view line) { notices.emplace_back(line); };
        told.durations = &durations;
        told.reopened = [this](const std::string&) { ++reopened; };
        told.learned = [this](const std::string&, mcp::EraHint hint) { learned = hint; };
        return told;
    }

    Task<> wait_decided() {
        while (ready_runs != run && !failure) co_await changed_.wait();
    }

    Notifier changed_;
    bool closed_ = false;

  public:
    std::uint64_t run = 0;
    std::uint64_t ready_runs = 0;
    std::optional<Error> failure;
    std::vector<std::string> noise, notices;
    mcp::EraHint learned = mcp::EraHint::none;
    mcp::Sessions sessions;
};

/// Of the first point of this histogram that has the attribute; "(none)" when it has no such one, or when
/// there is no such point.
inline std::string said(const traces::DurationBook& book, std::string_view histogram,
                        std::pair<std::string_view, std::string_view> of, std::string_view key) {
    const auto value = [](const traces::MeasurePoint& point, std::string_view name) {
        for (const auto& one : point.attributes)
            if (one.key == name) return std::get<std::string>(one.value);
        return std::string("(none)");
    };
    for (const auto& measure : book.measures()) {
        if (measure.name != histogram) continue;
        for (const auto& point : measure.points)
            if (value(point, of.first) == of.second) return value(point, key);
    }
    return "(none)";
}

}  // namespace mcpm::test
