// One run of one server as a container; see runtime.hpp. Internal to this room.
#pragma once

#include "agent/runtime/container_pump.hpp"
#include "agent/runtime/container_runtime.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mcpm {

/// What is known of a run; shared by its instance and by whatever is under way for it.
struct ContainerRun {
    explicit ContainerRun(Loop& loop, RunFacts the_facts) : facts(std::move(the_facts)), changed(loop) {}

    std::string id;  // of the container; empty while no engine says which it is
    std::string server_id;
    std::uint64_t run = 0;
    InstanceKind kind = InstanceKind::shared;
    std::optional<int> pid = {};
    Timestamp started_at{};
    std::optional<RemoteTarget> target = {};  // of its MCP endpoint, when it speaks HTTP
    RunFacts facts;
    std::string facts_path;
    std::shared_ptr<ContainerPump> pump;
    std::optional<Exit> exit;
    Notifier changed;
    bool is_looked_at = false;
    std::string wanted_signal = {};  // sent when the container is known
    /// A run that speaks HTTP has no session to keep: its endpoint is in that place.
    void keep_endpoint();
    void read_endpoint();
    bool speaks_stdio() const { return !target && !facts.session().empty(); }
    bool had_oom = false;     // the engine told of it, which its exit does not always say
    bool was_killed = false;  // by us
    bool was_cut = false;     // our connections to it ended before it did: the engine's or an agent's end
    bool is_over = false;     // the instance is gone: nothing is done for the container any more
};
using ContainerRunPointer = std::shared_ptr<ContainerRun>;

/// What every instance needs of its runtime.
struct ContainerRuntime::Shared : std::enable_shared_from_this<ContainerRuntime::Shared> {
    Shared(Loop& the_loop, Workers& the_workers, engine::Engine& the_engine, ContainerSettings the_settings)
        : loop(the_loop),
          workers(the_workers),
          engine(the_engine),
          settings(std::move(the_settings)),
          tasks(the_loop, settings.report) {}

    Loop& loop;
    Workers& workers;
    engine::Engine& engine;
    ContainerSettings settings;
    TaskGroup tasks;
    std::map<std::string, ContainerRunPointer> runs;  // by the container's id
    std::vector<ContainerRunPointer> awaited;  // of an agent before this one, and no engine told of it yet
    bool is_settling = false;
    std::unique_ptr<engine::EventWatch> watch;
    std::optional<Error> lost;
    bool has_cleaned = false;  // what earlier agents left is ended

    void keep(const ContainerRunPointer& run);
    void listen();
    void forget(const ContainerRunPointer& run);
    void on_event(const engine::ContainerEvent& event);
    void on_lost(const Error& why);
    void on_back();
    void look_at(const ContainerRunPointer& run);
    std::string facts_path(const std::string& server_id, std::uint64_t run) const;
    bool is_podman() const;
    /// Podman closes a container's input with the connection that wrote to it. A server on stdio that ended
    /// well after that has not ended by itself: without a code its policy starts it again.
    Exit ending_of(const ContainerRun& run, const engine::ContainerState& state) const;

    /// Looks when its stream ends, whatever events say.
    static Task<> mind(std::shared_ptr<Shared> self, ContainerRunPointer run);
    /// Asks the engine what became of it: its exit, or that it runs on and must be listened to again.
    static Task<> look(std::shared_ptr<Shared> self, ContainerRunPointer run);
    static Task<Result<>> listen_again(std::shared_ptr<Shared> self, ContainerRunPointer run,
                                       StreamBytes taken);
    /// One that runs on with its input closed (Podman) is of no use to anybody: its policy says what comes
    /// next.
    static Task<> send_signal(std::shared_ptr<Shared> self, ContainerRunPointer run, std::string name);
    static Task<Result<unsigned>> end_leftovers(std::shared_ptr<Shared> self);

    // --- container_takeover.cpp ---
    using Rows = std::vector<engine::ContainerRow>;
    void await_records();
    ContainerRunPointer read_record(const std::string& name);
    bool is_known(const engine::ContainerRow& row) const;
    void drop_strays();
    /// Runs whose container the engine does not know are over.
    static Task<> recognise_all(std::shared_ptr<Shared> self, Rows rows);
    /// Fails when the engine could not be asked all; then it is tried again.
    static Task<StreamBytes> find_place(std::shared_ptr<Shared> self, ContainerRunPointer run,
                                        StreamBytes taken);
    static Task<Result<>> recognise(std::shared_ptr<Shared> self, ContainerRunPointer run,
                                    engine::ContainerRow row);
    static Task<> settle(std::shared_ptr<Shared> self);
};

const engine::ContainerRow* row_of(const std::vector<engine::ContainerRow>& rows, const ContainerRun& run);
/// Where the engine published the first port that was asked for.
std::optional<RemoteTarget> endpoint_of(const engine::ContainerState& state);

class ContainerRuntime::ContainerInstance final : public Instance {
  public:
    ContainerInstance(std::shared_ptr<Shared> shared, ContainerRunPointer run);
    ~ContainerInstance() override;

    const std::string& server_id() const override { return run_->server_id; }
    std::uint64_t run() const override { return run_->run; }
    InstanceKind kind() const override { return run_->kind; }
    std::optional<int> pid() const override { return run_->pid; }
    Timestamp started_at() const override { return run_->started_at; }
    Pipes& pipes() override { return run_->pump->pipes(); }
    RunFacts& facts() override { return run_->facts; }
    std::string out_of_touch() const override;
    const RemoteTarget* endpoint() const override { return run_->target ? &*run_->target : nullptr; }

    Task<Exit> wait() override;
    /// Cannot be done through an engine: the next step does it.
    void close_input() override {}
    void terminate() override;
    void kill() override;
    Task<Result<unsigned>> sweep(Duration limit) override;

  private:
    std::shared_ptr<Shared> shared_;
    ContainerRunPointer run_;
};

}  // namespace mcpm
