// One server: its definition, its desired state, who uses it, how it is, and the words it is told in. What is
// run of it is its Run. Owned by the Supervisor; decides nothing.
#pragma once

#include "agent/supervisor/run.hpp"
#include "agent/supervisor/supervisor.hpp"
#include "common/event_type.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

class OwnProcess;

class Server : public RunHolder {
  public:
    Server(RunGround& ground, StoredServer stored);

    // --- looking ---
    const std::string& id() const { return run_.server_id(); }
    const ServerSpec& spec() const override { return *spec_; }
    Run& run() { return run_; }
    const Run& run() const { return run_; }
    const Life& life() const { return run_.life(); }
    ServerState state() const { return run_.state(); }
    Health health() const { return health_; }
    ServerView view() const;
    ServerOutline outline() const;
    StoredServer stored() const;
    /// Notified after every change.
    Notifier& changed() { return run_.changed(); }
    bool is_at_rest() const { return run_.is_at_rest(); }

    /// Own runs of this server that are not gone yet.
    const std::vector<std::shared_ptr<OwnProcess>>& own_runs() const { return own_runs_; }
    void add_own_run(std::shared_ptr<OwnProcess> own);
    void remove_own_run(const std::shared_ptr<OwnProcess>& own);

    // --- changing ---
    void set_spec(ServerSpec spec, Timestamp updated_at);
    /// What the store last took as the desired state; empty after a save that failed.
    std::optional<Desired> stored_desired() const { return stored_desired_; }
    void set_stored_desired(std::optional<Desired> desired) { stored_desired_ = desired; }

    /// `actor`: who asked, for events.
    void feed(InputKind kind, std::string_view actor) { run_.feed(kind, actor); }
    void adopt(std::unique_ptr<Instance> instance, std::optional<RunRecord> record);

    void report_health(std::uint64_t run, Health health, std::string why);
    /// Nobody can be asked how it is (`why`); empty when that is over.
    void report_touch(std::uint64_t run, std::string why);

    /// A server is in use as long as a lease of it lives.
    Lease hold();
    void release();

    void announce(EventType type, std::string_view actor, std::string message, std::string detail = {}) {
        run_.announce(type, actor, std::move(message), std::move(detail));
    }

  private:
    // what its run asks and tells
    LifecyclePolicy policy() const override;
    Output attached(Instance& instance, bool resumed) override;
    void input_closing(std::uint64_t run) override;
    void exited(std::uint64_t run, const Exit& exit) override;
    void changed(const LifeChange& before) override;
    void gone(std::shared_ptr<Instance>) override {}

    void announce_change(const LifeChange& before);
    void announce_sleep(const LifeChange& before);
    void compare_definitions();

    const SupervisorHooks& hooks_;
    std::shared_ptr<const ServerSpec> spec_;
    Timestamp created_at_{}, updated_at_{};
    std::optional<Desired> stored_desired_;
    unsigned users_ = 0;
    Health health_ = Health::unknown;
    std::string out_of_touch_;    // why nobody knows how it is
    std::uint64_t compared_ = 0;  // the definition of the run that is_outdated_ is about
    bool is_outdated_ = false;    // the run is of another definition than the stored one
    std::vector<std::shared_ptr<OwnProcess>> own_runs_;
    Run run_;
};

using ServerPointer = std::shared_ptr<Server>;
using RunPointer = std::shared_ptr<Run>;

/// The run of a holder, which lives as long as the pointer.
template <typename Holder>
RunPointer run_of(const std::shared_ptr<Holder>& holder) {
    return RunPointer(holder, &holder->run());
}

}  // namespace mcpm
