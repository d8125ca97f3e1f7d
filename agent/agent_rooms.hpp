// Inside of the root: the rooms, from the bottom up, and what each is told of the others (agent/wiring.cpp).
// The life of the rooms, from open to close, is agent/agent.cpp.
#pragma once

#include "agent/access/profile_book.hpp"
#include "agent/access/token_book.hpp"
#include "agent/agent.hpp"
#include "agent/api/api.hpp"
#include "agent/async/closers.hpp"
#include "agent/async/offload.hpp"
#include "agent/async/task_group.hpp"
#include "agent/definitions/definitions.hpp"
#include "agent/definitions/image_pins.hpp"
#include "agent/definitions/package_desk.hpp"
#include "agent/definitions/start_plans.hpp"
#include "agent/disk/path_watch.hpp"
#include "agent/health/health_watch.hpp"
#include "agent/launch/lending.hpp"
#include "agent/launch/outside.hpp"
#include "agent/logs/log_store.hpp"
#include "agent/mcp/sessions.hpp"
#include "agent/metrics/figure.hpp"
#include "agent/observe/desk.hpp"
#include "agent/offers/manifest_watch.hpp"
#include "agent/process/announcements.hpp"
#include "agent/process/ending.hpp"
#include "agent/process/loop_lag.hpp"
#include "agent/process/reach.hpp"
#include "agent/registry/registry.hpp"
#include "agent/runtime/container_runtime.hpp"
#include "agent/runtime/keeper_link.hpp"
#include "agent/runtime/process_runtime.hpp"
#include "agent/runtime/runtimes.hpp"
#include "agent/runtime/start_progress.hpp"
#include "agent/secrets/vault.hpp"
#include "agent/sharing/attachments.hpp"
#include "agent/sharing/gateway_desk.hpp"
#include "agent/sharing/remotes.hpp"
#include "agent/sharing/session_file.hpp"
#include "agent/sharing/session_links.hpp"
#include "agent/signals/signals.hpp"
#include "agent/store/state_store.hpp"
#include "agent/supervisor/snapshot_writer.hpp"
#include "agent/supervisor/supervisor.hpp"
#include "agent/traces/durations.hpp"
#include "agent/watch/change_watch.hpp"
#include "common/event_type.hpp"
#include "common/unique_fd.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mcpm {

/// Built from the bottom up, destroyed from the top down. A room that is told of one above it has it told
/// later than it has anything to say: the supervisor alone begins runs, and it is opened when every room is
/// there.
struct Agent::Rooms {
    Rooms(Loop& the_loop, AgentOptions the_options, const AgentLog& the_log)
        : loop(the_loop),
          options(std::move(the_options)),
          log(the_log),
          disk(the_loop, [&the_log](const std::string& sentence) { the_log.warning(sentence); }),
          tasks(the_loop, report()),
          announcements(the_log),
          ending(the_loop, tasks, announcements, the_log) {}
    ~Rooms() { told_of_faults.clear(); }  // the rooms that are told go before those that may have a fault
    Rooms(const Rooms&) = delete;
    Rooms& operator=(const Rooms&) = delete;

    TaskGroup::Report report() {
        return [this](auto name, auto what) { report_fault(fmt::format("{}: {}", name, what)); };
    }
    /// A bug of ours that was caught: logged, and told to the rooms that count and report faults.
    void report_fault(const std::string& what);

    Loop& loop;
    AgentOptions options;
    const AgentLog& log;
    PathWatch disk;
    Workers workers{3};
    TaskGroup tasks;
    Announcements announcements;
    AgentEnding ending;
    Closers closers;
    std::vector<std::function<void(const std::string& what)>> told_of_faults;
    Timestamp started_at = now_utc();
    UniqueFd database_lock;       // of a database outside the data folder
    std::string desktop_program;  // that shows notices; empty when there is none, or nobody asked for it
    bool ready = false;
    bool has_cgroup = false;

    std::unique_ptr<KeeperLink> keeper;
    std::unique_ptr<StateStore> store;
    std::unique_ptr<secrets::Vault> vault;
    std::unique_ptr<access::TokenBook> tokens;
    std::unique_ptr<access::ProfileBook> profiles;
    std::unique_ptr<LogStore> logs;
    std::shared_ptr<const AgentLog::Clean> clean_log;  // goes before the logs that it asks
    std::unique_ptr<Elsewhere> elsewhere;
    std::unique_ptr<Lending> lending;
    std::unique_ptr<ProcessRuntime> processes;
    std::unique_ptr<engine::Engine> engine;
    StartProgress progress;
    std::unique_ptr<ContainerRuntime> containers;
    std::unique_ptr<Remotes> remotes;
    std::unique_ptr<Runtimes> runtimes;
    std::unique_ptr<PackageDesk> packages;
    std::unique_ptr<OutsideContainers> outside;
    std::unique_ptr<StartPlans> start_plans;
    std::unique_ptr<traces::DurationBook> durations;  // null unless they are exported
    std::unique_ptr<SessionLinks> links;
    std::unique_ptr<mcp::Sessions> sessions;
    std::unique_ptr<Supervisor> supervisor;
    std::unique_ptr<Attachments> attachments;
    std::unique_ptr<ImagePins> image_pins;
    std::unique_ptr<ManifestWatch> manifests;
    std::unique_ptr<GatewayDesk> gateway;
    std::unique_ptr<SessionFile> session_file;
    std::unique_ptr<HealthWatch> health;
    std::unique_ptr<Definitions> definitions;
    std::unique_ptr<ChangeWatch> change_watch;
    std::unique_ptr<SnapshotWriter> snapshot;
    std::unique_ptr<observe::Desk> desk;
    std::unique_ptr<signals::Signals> signals;
    std::unique_ptr<LoopLag> loop_lag;
    std::unique_ptr<registry::Registry> registry;
    std::unique_ptr<api::Api> api;
    std::unique_ptr<Reach> reach;

    // In this order (agent/agent.cpp); each pushes how it is closed (agent/async/closers.hpp).
    Task<bool> open();
    Task<Result<>> open_foundations();
    Task<> open_access();
    void open_logs();
    void open_runtimes();
    void open_sessions();
    void open_supervisor();
    void open_signals();
    void open_api();
    void begin();

    // What a room is told of others (agent/wiring.cpp).
    ContainerSettings container_settings(const std::string& owner_id);
    HealthWatch::Commands health_commands();
    SupervisorHooks hooks();
    std::vector<metrics::HistogramFigure> own_times();
    api::AgentControl control();

    template <typename Room>
    void push_closer(std::string name, std::unique_ptr<Room>& room) {
        closers.push(std::move(name), [&room] { return room->close(); });
    }
    SessionFile::Next next_agent() const;
    Task<> close_keeper();
    Task<> close_tasks();
    Task<> close_supervisor();
    Task<> leave();
    Task<> settle_own();
};

}  // namespace mcpm
