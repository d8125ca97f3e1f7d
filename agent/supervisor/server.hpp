// One server: the shell around its Life. Feeds inputs to the decision table and performs what it says:
// launches, watches, stops and cleans up one instance at a time. Owned by the Supervisor; decides nothing.
#pragma once

#include "agent/async/task_group.hpp"
#include "agent/handover/run_facts.hpp"
#include "agent/logs/log_store.hpp"
#include "agent/runtime/runtime.hpp"
#include "agent/supervisor/journal.hpp"
#include "agent/supervisor/lifecycle.hpp"
#include "agent/supervisor/start_gate.hpp"
#include "agent/supervisor/supervisor.hpp"
#include "common/event_type.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm {

class Server;
struct OwnRunHooks;

/// What all servers share; outlives them.
struct ServerSurroundings {
    Loop& loop;
    Runtime& runtime;
    LogStore& logs;
    Journal& journal;
    const SupervisorHooks& hooks;
    const Timing& timing;
    StartGate& gate;
    TaskGroup& tasks;
    /// Makes sure that what this server depends on is there.
    std::function<Task<Result<>>(std::shared_ptr<Server> server)> prepare;
    std::mt19937_64 random{std::random_device{}()};
};

class Server : public std::enable_shared_from_this<Server> {
  public:
    Server(ServerSurroundings& surroundings, StoredServer stored);
    /// One client's own process of a server (agent/supervisor/own_run.hpp): runs once, is not shown
    /// as the server, takes its run number from it.
    Server(const Server& of, std::string owner, std::shared_ptr<OwnRunHooks> hooks);

    // --- looking ---
    const std::string& id() const { return id_; }
    const ServerSpec& spec() const { return *spec_; }
    const Life& life() const { return life_; }
    ServerState state() const { return life_.state; }
    Health health() const { return health_; }
    std::uint64_t run() const { return record_.run; }
    const RunRecord& record() const { return record_; }
    const std::optional<Exit>& last_exit() const { return last_exit_; }
    /// Why the last start failed; empty text when it did not.
    std::optional<Error> last_error() const;
    ServerView view() const;
    ServerOutline outline() const;
    StoredServer stored() const;
    /// Counts that only grow: a waiter compares them with what they were.
    std::uint64_t times_ready() const { return times_ready_; }
    std::uint64_t failed_starts() const { return failed_starts_; }
    /// Notified after every change.
    Notifier& changed() { return changed_; }
    /// Nothing runs and nothing is under way.
    bool is_at_rest() const;

    /// Whose own process it is; empty for a server.
    const std::string& owner() const { return owner_; }
    /// Of the last run: processes that may be its own and are not proven to be. Empty after the first call.
    std::vector<std::string> take_may_be_left() { return std::exchange(may_be_left_, {}); }
    /// Null when there is none; of an own process it stays when it has ended.
    Instance* instance() const { return instance_.get(); }
    /// Own processes of this server that are not gone yet.
    const std::vector<std::shared_ptr<Server>>& own_runs() const { return own_runs_; }
    void add_own_run(std::shared_ptr<Server> own);
    void remove_own_run(const std::shared_ptr<Server>& own);
    /// How an own process ended that never ran for its owner.
    Error end_error() const { return start_error(); }

    // --- changing ---
    void set_spec(ServerSpec spec, Timestamp updated_at);
    /// What the store last took as the desired state; empty after a save that failed.
    std::optional<Desired> stored_desired() const { return stored_desired_; }
    void set_stored_desired(std::optional<Desired> desired) { stored_desired_ = desired; }

    /// `actor`: who asked, for events.
    void feed(InputKind kind, std::string_view actor);
    void adopt(std::unique_ptr<Instance> instance, std::optional<RunRecord> record);

    /// Of the run there is, if any: what the next agent is to go on with.
    void set_underway(RunFacts::Underway what);
    /// How it ended before this agent, newest first: back-off and crash loop go on from there.
    void recall(const std::vector<RunRecord>& runs, Timestamp now);

    void report_ready(std::uint64_t run);
    void report_not_ready(std::uint64_t run, Error why);
    /// It ended, or said nothing, when it was asked for its protocol era: if it ends now it is started again
    /// at once, within the same start.
    void report_era_asked();
    void report_health(std::uint64_t run, Health health, std::string why);
    /// Nobody can be asked how it is (`why`); empty when that is over.
    void report_touch(std::uint64_t run, std::string why);

    /// It is in use as long as a lease of it lives.
    Lease hold();
    void release();
    /// Of the servers it depends on; they are kept as long as this run lasts.
    void keep_leases(std::vector<Lease> leases) { leases_ = std::move(leases); }

    void announce(EventType type, std::string_view actor, std::string message, std::string detail = {});
    /// No timer fires and no input is taken any more.
    void freeze();

  private:
    struct Letter {
        Input input;
        std::string actor;
    };

    void feed(Input input, std::string_view actor);
    void apply(Input input, std::string_view actor);
    void perform(Action action, std::string_view actor);
    void arm();
    void announce_change(ServerState before, Reason reason_before, std::string_view actor);
    void announce_sleep(ServerState before, Reason reason_before, InputKind input, std::string_view actor);

    Task<> launch(std::shared_ptr<Server> self);
    Task<Result<LaunchPlan>> plan_launch();
    Task<Result<std::unique_ptr<Instance>>> try_launch();
    void launch_failed(Error error);
    void launched(std::unique_ptr<Instance> instance);
    void attach(bool resumed);
    Task<> watch(std::shared_ptr<Server> self);
    Task<> clean_up(std::shared_ptr<Server> self);
    void close_record();
    void fail_start(Error error);
    Error without_hidden(Error error) const;
    Error start_error() const;
    void note_running();
    void compare_definitions();
    bool is_own() const { return !owner_.empty(); }
    RunKind run_kind() const { return is_own() ? RunKind::own : RunKind::shared; }
    LifecyclePolicy policy() const;
    void note(std::string_view text);
    void tell_input_closing();
    void tell_exited(const Exit& exit);
    double chance();
    Task<> bury(std::shared_ptr<Server> self, std::unique_ptr<Instance> instance, std::uint64_t run);

    ServerSurroundings& around_;
    std::string id_;
    std::shared_ptr<const ServerSpec> spec_;
    std::uint64_t launched_mark_ = 0;  // start_mark() of the run there is; 0 when it is not known
    bool is_outdated_ = false;         // the run is of another definition than the stored one
    Timestamp created_at_{}, updated_at_{};
    std::optional<Desired> stored_desired_;
    Life life_;
    std::unique_ptr<Instance> instance_;
    RunRecord record_;  // of the current or last run
    std::optional<Exit> last_exit_;
    std::unique_ptr<Error> last_error_;
    std::unique_ptr<Error> not_ready_error_;
    std::shared_ptr<std::uint64_t> last_run_;  // one count for the server and its own processes
    std::string owner_;
    std::shared_ptr<OwnRunHooks> own_hooks_;
    std::vector<std::shared_ptr<Server>> own_runs_;
    unsigned users_ = 0;
    std::vector<Lease> leases_;
    Health health_ = Health::unknown;
    std::vector<std::string> may_be_left_;
    bool attached_ = false;
    bool record_open_ = false;
    bool feeding_ = false;
    bool era_asked_ = false;
    bool frozen_ = false;
    std::string out_of_touch_;  // why nobody knows how it is
    std::uint64_t times_ready_ = 0;
    std::uint64_t failed_starts_ = 0;
    std::vector<Letter> inbox_;
    std::optional<Moment> armed_;
    Timer timer_;
    Notifier changed_;
};

}  // namespace mcpm
