// Inside of the root: the rooms, from the bottom up, and what each is told of the others (agent/wiring.cpp).
// Their life, from open to close, is agent/agent.cpp.
#pragma once

#include "agent/access/profile_book.hpp"
#include "agent/access/token_book.hpp"
#include "agent/agent.hpp"
#include "agent/api/api.hpp"
#include "agent/async/notifier.hpp"
#include "agent/async/offload.hpp"
#include "agent/async/task_group.hpp"
#include "agent/definitions/definitions.hpp"
#include "agent/definitions/package_desk.hpp"
#include "agent/health/health_watch.hpp"
#include "agent/http/listener.hpp"
#include "agent/http/socket_door.hpp"
#include "agent/http/socket_guard.hpp"
#include "agent/http/tcp_socket.hpp"
#include "agent/logs/log_store.hpp"
#include "agent/mcp/sessions.hpp"
#include "agent/observe/desk.hpp"
#include "agent/offers/manifest_watch.hpp"
#include "agent/process/asked_signals.hpp"
#include "agent/runtime/container_runtime.hpp"
#include "agent/runtime/keeper_link.hpp"
#include "agent/runtime/process_runtime.hpp"
#include "agent/runtime/runtimes.hpp"
#include "agent/secrets/vault.hpp"
#include "agent/sharing/gateway_desk.hpp"
#include "agent/sharing/remotes.hpp"
#include "agent/store/state_store.hpp"
#include "agent/supervisor/snapshot_writer.hpp"
#include "agent/supervisor/supervisor.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <sys/types.h>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mcpm {

/// An event of the agent itself, now.
Event agent_event(std::string type, std::string message);

/// Built from the bottom up, destroyed from the top down.
struct Agent::Rooms {
    Rooms(Loop& the_loop, AgentOptions the_options, const AgentLog& the_log)
        : loop(the_loop),
          options(std::move(the_options)),
          log(the_log),
          tasks(the_loop, report()),
          changed(the_loop) {}

    TaskGroup::Report report() {
        return [this](auto name, auto what) { log.error(fmt::format("{}: {}", name, what)); };
    }
    /// What people should know: logged, an event, and shown with the agent. While the agent opens, once.
    void note(std::string text);
    void ask_to_end(AgentEnd how, Supervisor::Servers what_of_servers) {
        if (end) return;
        end = how;
        servers = what_of_servers;
        changed.notify_all();
    }

    Loop& loop;
    AgentOptions options;
    const AgentLog& log;
    Workers workers{3};
    TaskGroup tasks;
    Timestamp started_at = now_utc();
    std::vector<std::string> notices;  // the newest

    std::optional<AgentEnd> end;
    Supervisor::Servers servers = Supervisor::Servers::stop;
    bool ready = false;
    bool has_cgroup = false;
    Notifier changed;

    std::unique_ptr<KeeperLink> keeper;
    std::unique_ptr<StateStore> store;
    std::unique_ptr<secrets::Vault> vault;
    std::unique_ptr<ProcessRuntime> processes;
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<ContainerRuntime> containers;
    std::map<std::string, std::string> progress;  // by server: what its start waits for
    std::unique_ptr<Remotes> remotes;
    std::unique_ptr<Runtimes> runtimes;
    std::unique_ptr<LogStore> logs;
    std::shared_ptr<const AgentLog::Clean> clean_log;  // goes before the store that it asks
    std::unique_ptr<mcp::Sessions> sessions;
    std::unique_ptr<PackageDesk> packages;
    std::unique_ptr<Supervisor> supervisor;
    std::unique_ptr<ManifestWatch> manifests;
    std::unique_ptr<GatewayDesk> gateway;
    std::unique_ptr<HealthWatch> health;
    std::unique_ptr<Definitions> definitions;
    std::unique_ptr<SnapshotWriter> snapshot;
    std::unique_ptr<access::TokenBook> tokens;
    std::unique_ptr<access::ProfileBook> profiles;
    std::unique_ptr<observe::Desk> desk;
    std::unique_ptr<api::Api> api;
    std::vector<std::unique_ptr<http::Listener>> listeners;
    std::vector<TcpFact> tcp;
    std::unique_ptr<http::SocketGuard> guard;
    std::unique_ptr<http::SocketDoor> door;
    std::set<ino_t> served;                  // the sockets of `listeners`
    std::deque<http::Listener*> bound_anew;  // those of `listeners` whose path was gone, oldest first
    int unix_number = 0;                     // the keeper's name for our unix socket; 0: it has none

    Task<Result<>> open_foundations();
    void open_containers(const std::string& data_id);
    void pin_image(const std::string& server_id, const std::string& image, const ImagePin& pin);
    Task<> save_pin(std::string server_id, ServerSpec spec);
    Task<> await_endpoint(mcp::Attachment attachment, std::string url);
    Task<> open_access();
    void open_logs_and_sessions();
    void open_supervisor();
    SupervisorHooks hooks();
    api::AgentControl control();
    Result<> open_listeners();
    Result<> serve_on(UniqueFd socket);
    void serve_anew(UniqueFd socket);
    void take_handed(UniqueFd socket);
    void stay_reachable();
    void restore_sessions();
    Task<> save_sessions();
    Task<> keep_sessions();
    Task<> leave_sessions();
    Task<> watch_store();
    void say_of_socket(const std::string& what);
    void hide_secrets(const std::string& server_id, const ServerSpec& spec);
    Task<Result<secrets::Values>> lend(std::string server_id, ServerSpec spec);
    Task<> lend_again();
    Task<Result<LaunchPlan>> plan(std::string server_id, ServerSpec spec, std::uint64_t run);
    Task<Result<>> end_outside(std::string server_id, std::uint64_t run, ServerSpec spec);
    Task<Result<>> end_left_containers(std::string server_id, ServerSpec spec, std::uint64_t run);
    Task<Result<>> end_by_file(const std::string& server_id, const ServerSpec& spec,
                               std::filesystem::path file);
    Task<Result<>> begin_upgrade(std::string program);
    Task<> upgrade(std::string program);
    Task<> watch_signals();
    Task<> end_after_answer(AgentEnd how, Supervisor::Servers what);
};

}  // namespace mcpm
