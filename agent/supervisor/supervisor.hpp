// The room supervisor. It may include runtime, logs, store and handover. It never speaks to a client or a
// server.
//
// The set of servers: definitions, order, start concurrency, and one Server each. Knows runtimes, logs and
// the store; knows neither HTTP nor JSON nor MCP. Everything is called on the loop thread.
#pragma once

#include "agent/async/feed.hpp"
#include "agent/async/task_group.hpp"
#include "agent/logs/log_store.hpp"
#include "agent/runtime/runtime.hpp"
#include "agent/store/state_store.hpp"
#include "agent/supervisor/lifecycle.hpp"
#include "common/client_folder.hpp"
#include "common/config_file.hpp"
#include "common/error.hpp"
#include "common/event.hpp"
#include "common/server_spec.hpp"
#include "common/server_status.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mcpm {

/// How the root introduces the supervisor to the rooms it does not know.
struct SupervisorHooks {
    /// Turns a spec into something that can be launched: PATH, package, secrets, cwd, base environment.
    std::function<Task<Result<LaunchPlan>>(std::string server_id, ServerSpec spec, std::uint64_t run)> plan;
    /// A run has pipes (just started, or taken over). For an MCP transport the taker moves input and output
    /// out and later calls report_ready or report_not_ready; otherwise stdout is logged and the server is
    /// ready at once.
    std::function<void(const std::string& server_id, const ServerSpec& spec, Instance& instance,
                       bool resumed)>
        attached;
    std::function<void(const std::string& server_id, std::uint64_t run)> input_closing;
    std::function<void(const std::string& server_id, std::uint64_t run, const Exit& exit)> detached;
    /// Of a run whose processes are gone: what it left elsewhere (a container that its command had started)
    /// is ended. A failure says what may be left. May be null.
    std::function<Task<Result<>>(std::string server_id, std::uint64_t run, ServerSpec spec)> end_outside = {};
};

class Server;
class OwnRun;
struct OwnRunHooks;

/// While one of a server lives, that server is not put to sleep. Whoever uses a server takes one first, then
/// wakes the server, and keeps it until the last answer is there. Harmless when it outlives the server.
class Lease {
  public:
    Lease() = default;
    explicit Lease(std::weak_ptr<Server> server) : server_(std::move(server)) {}
    Lease(Lease&& other) noexcept : server_(std::exchange(other.server_, {})) {}
    Lease& operator=(Lease&& other) noexcept {
        if (this == &other) return *this;
        end();
        server_ = std::exchange(other.server_, {});
        return *this;
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { end(); }

    void end();

  private:
    std::weak_ptr<Server> server_;
};

struct WhyFacts {
    ServerView view;
    std::vector<RunRecord> runs;     // newest first
    std::string cause_code;          // "MCPM-E…" or empty when nothing is wrong
    std::string cause;               // the likely cause, one sentence
    std::string advice;              // what to do
    std::vector<std::string> notes;  // shortcomings of this machine, dependencies waited for, …
};

struct SupervisorOptions {
    Timing timing = {};
    unsigned start_concurrency = Config{}.start_concurrency;  // launches under way at once; the others wait
    std::size_t event_capacity = 4096;                        // of the feed
    std::size_t most_own_per_server = Config{}.own_per_server, most_own = Config{}.own_total;
};

class Supervisor {
  public:
    Supervisor(Loop& loop, Runtime& processes, LogStore& logs, StateStore& store, SupervisorHooks hooks,
               SupervisorOptions options = {});
    /// Call close() before, unless open() was never called or the loop does not run any more.
    ~Supervisor();

    /// Loads definitions, takes over what is running, brings every server to its desired state.
    Task<Result<>> open();
    /// Orderly end. `stop_servers`: all are stopped in dependency order (desired state stays as it is);
    /// otherwise they live on for the next agent.
    enum class Servers { stop, leave };
    Task<> close(Servers servers);
    /// close(Servers::stop) takes at most about this long: every server is given its stopTimeout.
    Duration close_limit() const;

    // --- looking ---
    std::vector<ServerView> list() const;
    /// An outline of each, in the order of the list.
    std::vector<ServerOutline> outlines() const;
    /// Whose run, shared or of one client, has one of these as its first process; nothing when none has.
    std::optional<ServerOutline> server_of(const std::vector<int>& pids) const;
    /// Grows with every definition that comes, changes or goes, at once (an event of it comes when it is
    /// stored).
    std::uint64_t definitions() const;
    /// By id or by name; server_not_found with a suggestion for a near miss.
    Result<ServerView> find(std::string_view id_or_name) const;
    Task<Result<WhyFacts>> why(std::string id_or_name);
    Feed<Event>& events();

    // --- defining (answers when it is on disk) ---
    Task<Result<ServerView>> create(ServerSpec spec, std::string actor);
    Task<Result<ServerView>> update(std::string id_or_name, ServerSpec spec, std::string actor);
    Task<Result<>> remove(std::string id_or_name, std::string actor);

    // --- running: each answers when the asked state is reached, or says why not (with the last log lines)
    // ---
    Task<Result<ServerView>> start(std::string id_or_name, std::string actor);
    Task<Result<ServerView>> stop(std::string id_or_name, std::string actor);
    Task<Result<ServerView>> restart(std::string id_or_name, std::string actor);
    // (a lazy server is started when it is asleep: it is there for the first request)
    enum class Goal { running, healthy, stopped };
    Task<Result<ServerView>> wait(std::string id_or_name, Goal goal, Duration limit);

    // --- using ---
    /// Answers when the server runs; a sleeping one is started, and so is one that waits to be started again
    /// or failed before. Any number of callers share one start; when it fails each gets the error (with the
    /// last log lines) and the next call tries again. A server in a crash loop is not tried: the error says
    /// so at once. wrong_state when it is stopped, conflict when it is disabled.
    Task<Result<ServerView>> wake(std::string id_or_name, std::string actor);
    /// Empty (and harmless) for a server that does not exist.
    Lease hold(const std::string& server_id);

    /// A further process of the same definition for one client (agent/supervisor/own_run.hpp).
    /// Answers when it is launched, or says why not (with the last log lines). It ends with its object, with
    /// the server (stop, restart, remove) and with the agent. wrong_state when the server is stopped,
    /// unavailable when there are too many. `folder`: what its definition's `${client.cwd}` and
    /// `${client.root}` are, where they are known.
    Task<Result<std::unique_ptr<OwnRun>>> launch_own(std::string id_or_name, std::string owner,
                                                     OwnRunHooks hooks, ClientFolder folder = ClientFolder());

    // --- reports from rooms it does not know ---
    void report_ready(const std::string& server_id, std::uint64_t run);
    void report_not_ready(const std::string& server_id, std::uint64_t run, Error why);
    /// Before it: the question for its protocol era may have been what it ended of.
    void report_era_asked(const std::string& server_id);
    void report_health(const std::string& server_id, std::uint64_t run, Health health, std::string why);
    /// A run that nobody can be asked about, and why; empty when that is over.
    void report_touch(const std::string& server_id, std::uint64_t run, std::string why);
    void add_event(Event event);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace mcpm
