// What sessions say of a server, told to those whom it concerns: the supervisor, the offers, the gateway and
// the log; and what the supervisor says of a run, told to its session. A start goes this way, and not through
// the root.
#pragma once

#include "agent/logs/log_store.hpp"
#include "agent/mcp/sessions.hpp"
#include "agent/offers/manifest_watch.hpp"
#include "agent/sharing/attachments.hpp"
#include "agent/sharing/gateway_desk.hpp"
#include "agent/supervisor/supervisor.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mcpm {

class SessionLinks {
  public:
    explicit SessionLinks(LogStore& logs) : logs_(logs) {}

    /// The four are made after the sessions and the supervisor that are told of each other here: joined
    /// before the supervisor is opened, which begins the first run. All outlive the sessions.
    void join(mcp::Sessions& sessions, Supervisor& supervisor, Attachments& attachments,
              ManifestWatch& offers, GatewayDesk& gateway);

    /// For the sessions.
    mcp::Callbacks callbacks();
    /// What of the supervisor's hooks concerns sessions.
    void take_part(SupervisorHooks& hooks);

  private:
    void ready(const std::string& server_id, std::uint64_t run);
    void failed(const std::string& server_id, std::uint64_t run, Error why);
    void notified(const std::string& server_id, std::string_view notification);

    LogStore& logs_;
    mcp::Sessions* sessions_ = nullptr;
    Supervisor* supervisor_ = nullptr;
    Attachments* attachments_ = nullptr;
    ManifestWatch* offers_ = nullptr;
    GatewayDesk* gateway_ = nullptr;
};

}  // namespace mcpm
