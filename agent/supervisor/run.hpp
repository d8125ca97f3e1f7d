// What is run of a server, the shared process or container or one client's own: the shell around a Life.
// Feeds inputs to the decision table and performs what it says: launches, watches, stops and cleans up one
// instance at a time, has it logged and keeps its record. Whose it is and who is told of it is its holder's
// business: a Server, or an OwnProcess, which is a run without a server. Decides nothing. One loop thread.
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

class Run;

/// What all runs stand on; outlives them.
struct RunGround {
    Loop& loop;
    Runtime& runtime;
    LogStore& logs;
    Journal& journal;
    const SupervisorHooks& hooks;
    const Timing& timing;
    StartGate& gate;
    TaskGroup& tasks;
    /// Makes sure that the servers that this run depends on are there.
    std::function<Task<Result<>>(std::shared_ptr<Run> run)> prepare;
    std::mt19937_64 random{std::random_device{}()};
};

/// How a Life was before an input changed it, and what the input was.
struct LifeChange {
    ServerState state;
    Reason reason;
    unsigned restarts;
    InputKind input;
    std::string_view actor;
};

/// Who has a run, defines what is run, and is told what becomes of it.
class RunHolder : public std::enable_shared_from_this<RunHolder> {
  public:
    virtual ~RunHolder() = default;

    virtual const ServerSpec& spec() const = 0;
    virtual LifecyclePolicy policy() const = 0;
    /// An instance with an MCP transport has pipes. Output that is not kept, and was not taken, is logged.
    enum class Output { kept, logged };
    virtual Output attached(Instance& instance, bool resumed) = 0;
    virtual void input_closing(std::uint64_t run) = 0;
    /// Only of one that was attached.
    virtual void exited(std::uint64_t run, const Exit& exit) = 0;
    /// After each input; what the Life asks for is done afterwards.
    virtual void changed(const LifeChange& before) = 0;
    /// Nothing of the instance is left but its facts, which live as long as it.
    virtual void gone(std::shared_ptr<Instance> instance) = 0;
};

class Run {
  public:
    /// Of a server's runs, shared and own, each has another number: the next of `last_run`.
    struct Identity {
        std::string server_id;
        std::shared_ptr<std::uint64_t> last_run;
        std::string owner = {};  // the client whose own it is; empty of the shared one
    };

    /// A part of `holder`, which outlives it.
    Run(RunGround& ground, RunHolder& holder, Identity identity, Life life = {});
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    // --- looking ---
    const std::string& server_id() const { return identity_.server_id; }
    const std::string& owner() const { return identity_.owner; }
    const ServerSpec& spec() const { return holder_.spec(); }
    const Life& life() const { return life_; }
    ServerState state() const { return life_.state; }
    std::uint64_t number() const { return record_.run; }
    /// The numbers that this run and those beside it take theirs from.
    const std::shared_ptr<std::uint64_t>& last_number() const { return identity_.last_run; }
    const RunRecord& record() const { return record_; }
    const std::optional<Exit>& last_exit() const { return last_exit_; }
    /// Why the last start failed.
    std::optional<Error> last_error() const;
    /// How it ended before it was ready.
    Error start_error() const;
    /// What the lifecycle, the instance and the record say.
    ServerStatus status() const;
    bool is_alive() const { return life_.presence == Presence::alive; }
    /// Nothing runs and nothing is under way.
    bool is_at_rest() const;
    /// Null when there is none.
    Instance* instance() const { return instance_.get(); }
    /// start_mark() of the definition it was launched by; 0 when that is not known.
    std::uint64_t definition() const { return definition_; }
    /// Counts that only grow: a waiter compares them with what they were.
    std::uint64_t times_ready() const { return times_ready_; }
    std::uint64_t failed_starts() const { return failed_starts_; }
    /// Notified after every change.
    Notifier& changed() { return changed_; }
    /// Of the last instance: processes that may be its own and are not proven to be. Empty after the first
    /// call.
    std::vector<std::string> take_may_be_left() { return std::exchange(may_be_left_, {}); }

    // --- changing ---
    /// `actor`: who asked, for events.
    void feed(InputKind kind, std::string_view actor);
    void adopt(std::unique_ptr<Instance> instance, std::optional<RunRecord> record);
    /// Of the instance there is, if any: what the next agent is to go on with.
    void set_underway(RunFacts::Underway what);
    /// How it ended before this agent, newest first: back-off and crash loop go on from there.
    void recall(const std::vector<RunRecord>& runs, Timestamp now);

    void report_ready(std::uint64_t number);
    void report_not_ready(std::uint64_t number, Error why);
    /// The server ended, or said nothing, when asked for its protocol era: if it ends now it is started again
    /// at once, within the same start.
    void report_era_asked();

    /// Of the servers it depends on; they are kept as long as something of this runs.
    void keep_leases(std::vector<Lease> leases) { leases_ = std::move(leases); }

    void announce(EventType type, std::string_view actor, std::string message, std::string detail = {});
    /// Among the lines of its log.
    void note(std::string_view text);
    /// No timer fires and no input is taken any more.
    void freeze();

  private:
    struct Letter {
        Input input;
        std::string actor;
    };
    using Holder = std::shared_ptr<RunHolder>;  // keeps this alive while a task uses it

    // run.cpp: the shell
    void feed(Input input, std::string_view actor);
    void apply(Input input, std::string_view actor);
    void perform(Action action, std::string_view actor);
    void arm();
    double chance();
    void note_running();

    // run_course.cpp: from a launch to the last line of the log
    Task<> launch(Holder holder);
    Task<Result<LaunchPlan>> plan_launch();
    Task<Result<std::unique_ptr<Instance>>> try_launch();
    void launch_failed(Error error);
    void launched(std::unique_ptr<Instance> instance);
    void attach(bool resumed);
    Task<> watch(Holder holder);
    Task<> clean_up(Holder holder);
    Task<> outlast_log(Holder holder, std::shared_ptr<Instance> instance, std::uint64_t number);
    void close_record();
    void fail_start(Error error);
    Error without_hidden(Error error) const;
    bool is_own() const { return !identity_.owner.empty(); }
    RunKind kind() const { return is_own() ? RunKind::own : RunKind::shared; }

    RunGround& ground_;
    RunHolder& holder_;
    Identity identity_;
    Life life_;
    std::shared_ptr<Instance> instance_;
    RunRecord record_;  // of the current or last instance
    std::uint64_t definition_ = 0;
    std::optional<Exit> last_exit_;
    std::unique_ptr<Error> last_error_, not_ready_error_;
    std::vector<Lease> leases_;
    std::vector<std::string> may_be_left_;
    bool attached_ = false;
    bool record_open_ = false;
    bool feeding_ = false;
    bool era_asked_ = false;
    bool frozen_ = false;
    std::uint64_t times_ready_ = 0;
    std::uint64_t failed_starts_ = 0;
    std::vector<Letter> inbox_;
    std::optional<Moment> armed_;
    Timer timer_;
    Notifier changed_;
};

}  // namespace mcpm
