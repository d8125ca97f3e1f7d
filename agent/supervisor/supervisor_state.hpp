// Inside of the Supervisor: what its files share. Included by agent/supervisor/supervisor*.cpp alone.
#pragma once

#include "agent/async/offload.hpp"
#include "agent/supervisor/journal.hpp"
#include "agent/supervisor/own_process.hpp"
#include "agent/supervisor/server.hpp"
#include "agent/supervisor/start_gate.hpp"
#include "agent/supervisor/start_order.hpp"
#include "agent/supervisor/supervisor.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

using OwnPointer = std::shared_ptr<OwnProcess>;

/// The outcome of saving a desired state, awaited after the operation itself.
struct PendingSave {
    explicit PendingSave(Loop& loop) : done(loop), give_up_at(Clock::now()) {}
    Notifier done;
    std::optional<Result<>> outcome = {};
    Moment give_up_at;
};
using PendingSavePointer = std::shared_ptr<PendingSave>;

enum class Initiative { asked, automatic };

struct Supervisor::State {
    State(Loop& loop_, Runtime& runtime_, LogStore& logs_, StateStore& store_, SupervisorHooks hooks_,
          SupervisorOptions options_);

    // --- supervisor.cpp: looking ---
    ServerPointer by_name(std::string_view name) const;
    Result<ServerPointer> find(std::string_view id_or_name) const;
    std::vector<DependencyNode> nodes() const;
    std::vector<const Server*> sorted() const;  // by name

    // --- supervisor_define.cpp ---
    Result<> check_definition(const ServerSpec& spec, const Server* except) const;
    Task<Result<ServerView>> create(ServerSpec spec, std::string actor);
    Task<Result<ServerView>> update(std::string id_or_name, ServerSpec spec, std::string actor);
    Task<Result<>> remove(std::string id_or_name, std::string actor);

    // --- supervisor_open.cpp ---
    Task<Result<>> open();
    Task<> take_over(std::vector<std::unique_ptr<Instance>> instances);
    void go_on(const ServerPointer& server, bool is_wanted);
    Task<> go_on_removing(std::string id);
    /// Why nobody may start `server` now: it is disabled, or being removed.
    std::optional<Error> start_refusal(const Server& server) const;
    Task<> recall_ends();
    Task<> end_unowned(std::unique_ptr<Instance> instance);
    void bring_up_all();
    Task<> stop_all();
    Task<> stop_in_order(ServerPointer server);
    Task<> close(Servers servers);
    Duration close_limit() const;

    // --- supervisor_run.cpp ---
    PendingSavePointer begin_save(const ServerPointer& server, Desired desired);
    Task<> save_desired(ServerPointer server, Desired desired, PendingSavePointer pending);
    Task<Result<>> finish_save(PendingSavePointer pending, std::string done_what);
    Task<Result<>> prepare(RunPointer run);
    Task<Result<>> start_dependency(RunPointer run, Dependency dependency, Initiative initiative);
    Task<Result<>> bring_up(ServerPointer server, InputKind kind, std::string actor);
    Task<Result<>> await_start(RunPointer run, std::uint64_t ready_before, std::uint64_t failed_before);
    enum class After { rest, removal };
    Task<Result<>> bring_down(ServerPointer server, std::string actor, After after = After::rest);
    Task<Result<>> wait_for(ServerPointer server, Goal goal, Duration limit);
    Duration stop_limit(const ServerSpec& spec) const;
    Task<Error> with_last_lines(RunPointer run, Error error);
    Task<std::vector<std::string>> last_lines(std::string server_id, std::uint64_t run, unsigned count);

    // --- supervisor_wake.cpp ---
    Task<Result<ServerView>> wake(std::string id_or_name, std::string actor);
    Task<Result<>> await_waking(ServerPointer server, std::string actor);
    std::optional<Result<>> outcome_of_waking(const ServerPointer& server, std::uint64_t failed_before);
    void hold_dependencies(Run& run);

    // --- supervisor_own.cpp ---
    Result<> may_launch_own(const ServerPointer& server, const std::string& owner) const;
    Task<Result<std::unique_ptr<OwnRun>>> launch_own(std::string id_or_name, std::string owner,
                                                     OwnRunHooks hooks, ClientFolder folder);
    Task<> close_lost_run(std::string server_id, std::uint64_t run, Exit exit);
    Task<> forget_own(ServerPointer server, OwnPointer own);
    static void stop_own(const ServerPointer& server, const std::string& actor);
    Task<Result<>> await_own(ServerPointer server);

    // --- supervisor_why.cpp ---
    Task<Result<WhyFacts>> why(std::string id_or_name);

    Loop& loop;
    Runtime& runtime;
    LogStore& logs;
    StateStore& store;
    SupervisorHooks hooks;
    SupervisorOptions options;
    Journal journal;
    StartGate gate;
    Workers workers{1};  // reads last lines off the loop
    TaskGroup tasks;     // what servers do
    bool closing = false;
    bool defining = false;  // one definition at a time
    std::string removing;   // whose removal is under way (its id): it is not started any more
    Notifier defined;
    RunGround ground;
    std::map<std::string, ServerPointer, std::less<>> servers;  // by id
    std::uint64_t definitions = 1;
};

/// Holds the right to define (taken by whoever saw `defining` false); given back when destroyed.
class DefinitionTurn {
  public:
    DefinitionTurn(bool& defining, Notifier& defined) : defining_(&defining), defined_(&defined) {}
    DefinitionTurn(DefinitionTurn&& other) noexcept
        : defining_(std::exchange(other.defining_, nullptr)), defined_(other.defined_) {}
    DefinitionTurn(const DefinitionTurn&) = delete;
    DefinitionTurn& operator=(const DefinitionTurn&) = delete;
    DefinitionTurn& operator=(DefinitionTurn&&) = delete;
    ~DefinitionTurn() {
        if (defining_ == nullptr) return;
        *defining_ = false;
        defined_->notify_all();
    }

  private:
    bool* defining_;
    Notifier* defined_;
};

/// Names the server whose removal is under way, as long as this lives.
class RemovalTurn {
  public:
    RemovalTurn(std::string& removing, const std::string& id) : removing_(removing) { removing_ = id; }
    RemovalTurn(const RemovalTurn&) = delete;
    RemovalTurn& operator=(const RemovalTurn&) = delete;
    ~RemovalTurn() { removing_.clear(); }

  private:
    std::string& removing_;
};

}  // namespace mcpm
