// The room sharing: where sessions, supervisor and gateway meet. It may include all three, offers, logs,
// store, runtime and outgoing. It never speaks to clients, and decides nothing that one of the three can
// decide alone.
//
// GatewayDesk introduces the gateway to the rooms it does not know: the supervisor's servers, what was kept
// of their offers, their sessions and logs.
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/task_group.hpp"
#include "agent/gateway/gateway.hpp"
#include "agent/logs/log_store.hpp"
#include "agent/mcp/sessions.hpp"
#include "agent/offers/manifest_watch.hpp"
#include "agent/supervisor/own_run.hpp"
#include "agent/supervisor/supervisor.hpp"
#include "common/profile.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mcpm {

class GatewayDesk : private gateway::Directory {
  public:
    using FindProfile = std::function<std::optional<Profile>(std::string_view name)>;

    GatewayDesk(Loop& loop, Supervisor& supervisor, ManifestWatch& manifests, mcp::Sessions& sessions,
                LogStore& logs, FindProfile find_profile, const AgentLog& log,
                gateway::GatewayLimits limits = {});

    /// After the supervisor is open.
    void start();
    gateway::Gateway& gateway() { return gateway_; }
    /// News of the session of a process of one client's own.
    void own_opened() { own_changed_.notify_all(); }
    void own_failed(const std::string& key, Error why);
    /// Notified when what gateway().sessions_text() says is another.
    Notifier& session_changes() { return sessions_changed_; }
    /// A server was removed: what was read of its offers goes.
    void forget_server(const std::string& server_id);
    Task<> close();

  private:
    // what the gateway wants to know and have done
    std::vector<gateway::Target> servers() override;
    std::uint64_t servers_version() override;
    bool is_defined(const std::string& server_id) override;
    bool is_up(const std::string& server_id) override;
    gateway::KeptPtr kept(const std::string& server_id) override;
    std::optional<std::vector<gateway::Choice>> profile(const std::string& name) override;
    std::string instructions_of(const std::string& profile) override;
    Task<Result<>> wake(std::string server_id) override;
    std::shared_ptr<void> hold(const std::string& server_id) override;
    void end_own(const std::string& key) override;
    void tell_folder(const std::string& key, const ClientFolder& folder) override;
    void look_again(const std::string& server_id) override;
    void sessions_changed() override;
    std::uint64_t run_of(const std::string& key) override;
    void orphan(const std::string& server_id, std::string_view text) override;

    ToolRules rules_of(const ServerView& server) const;
    std::shared_ptr<const std::string> approved_of(const std::string& server_id) const;
    Task<> follow_events();
    struct Own {
        std::unique_ptr<OwnRun> instance;
        std::optional<Error> failed;
    };
    Task<Result<>> start_own(std::string server_id, std::string key, std::string owner,
                             std::string capabilities) override;
    Task<Result<>> open_own(std::string server_id, std::string key, std::string owner,
                            std::string capabilities);
    void end_own(std::string key, const Error& why);
    OwnRunHooks own_hooks(const std::string& key);

    Supervisor& supervisor_;
    ManifestWatch& manifests_;
    mcp::Sessions& sessions_;
    LogStore& logs_;
    FindProfile find_profile_;
    /// Each manifest as the gateway reads it, made once.
    std::map<std::string, std::pair<std::shared_ptr<const Manifest>, gateway::KeptPtr>> kept_;
    std::map<std::string, Own> own_;
    std::map<std::string, ClientFolder> folders_;  // of own processes, by key
    Notifier own_changed_, sessions_changed_;
    TaskGroup tasks_;
    gateway::Gateway gateway_;
};

}  // namespace mcpm
