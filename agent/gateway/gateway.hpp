// The door for MCP clients: sessions of the handshake era, requests of 2026-07-28 and stdio shims on one
// side, the upstream sessions of agent/mcp on the other. Routes every message to exactly the client or server
// it belongs to. Knows neither HTTP nor the supervisor; the root introduces them (Surroundings). What it does
// and refuses, and why: docs/sharing.md. One loop thread.
#pragma once

#include "agent/gateway/client.hpp"
#include "agent/gateway/usage.hpp"
#include "agent/mcp/sessions.hpp"
#include "common/error.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::gateway {

/// What a server offered when it was last seen. Lists are JSON arrays.
struct Kept {
    mcp::SessionFacts facts;
    std::string tools = "[]", prompts = "[]", resources = "[]", resource_templates = "[]";
    std::string digest = {};
};
using KeptPtr = std::shared_ptr<const Kept>;

/// The session of a process of one client's own is named SERVER-ID#N, that of the shared one SERVER-ID.
bool is_own_key(std::string_view key);
std::string server_of(std::string_view key);

/// A named choice of servers and tools.
struct Choice {
    std::string server;  // name
    ToolRules tools;
};

/// The rest of the agent, as the gateway needs it. Called on the loop thread.
struct Surroundings {
    std::function<std::vector<Target>()> servers;  // enabled and speaking MCP, by name
    /// Another number when `servers` may say something else: a rule counts from the moment it is made.
    std::function<std::uint64_t()> servers_version;
    /// Desired state up: running, on its way, or asleep.
    std::function<bool(const std::string& server_id)> is_up;
    /// Returns when the server's session is open, or says why there is none.
    std::function<Task<Result<>>(std::string server_id)> wake;
    /// While the result lives the server is not put to sleep. May be null.
    std::function<std::shared_ptr<void>(const std::string& server_id)> hold;
    std::function<KeptPtr(const std::string& server_id)> kept;
    /// The server lists tools that are not as they were approved. May be null.
    std::function<void(const std::string& server_id)> look_again;
    std::function<std::optional<std::vector<Choice>>(const std::string& profile)> profile;
    /// A process of the client's own, its session open under `key` (SERVER-ID#N). `end_own` ends it.
    std::function<Task<Result<>>(std::string server_id, std::string key, std::string owner,
                                 std::string capabilities)>
        start_own;
    std::function<void(const std::string& key)> end_own;
    /// Another sessions_text() is worth writing. May be null.
    std::function<void()> sessions_changed = {};
    /// A log message of a server that belongs to no client that can be proven.
    std::function<void(const std::string& server_id, std::string_view text)> orphan;
};

struct GatewayLimits {
    Duration call{300'000};  // silence after which a call is given up; progress extends it
    Duration call_at_most{3'600'000};
    Duration queued{30'000};  // waiting for a free place at a server
    Duration input{300'000};  // a call waits so long for a client that is asked for input
    Duration session_idle{1'800'000};
    std::size_t sessions = 2000;  // of the handshake era, all principals together
    std::size_t open_per_client = 256;
    std::size_t concurrent = 128;  // calls at once at one server
    std::size_t queue = 4096;      // waiting at one server
    std::size_t parked = 128;      // calls whose clients are asked for input
    std::size_t parked_per_server = 32;
};

class Gateway {
  public:
    Gateway(Loop& loop, mcp::Sessions& sessions, Surroundings surroundings, GatewayLimits limits = {});
    ~Gateway();

    // --- clients ---
    ClientPtr stateless(Scope scope, std::string principal);
    ClientPtr open_stdio(Scope scope, std::string principal);
    /// A session that is not known to anybody before keep() is called. unavailable beyond the cap.
    Result<ClientPtr> open_session(Scope scope, std::string principal);
    void keep(const ClientPtr& client);
    /// Null for an unknown or ended one, another principal's, or another address's.
    ClientPtr find_session(std::string_view id, std::string_view principal, const Scope& scope);
    /// Its calls are cancelled upstream, its subscriptions released.
    void end(const ClientPtr& client);
    /// All that are this principal's: its credential is no longer valid.
    void end_all_of(std::string_view principal);

    // --- over the agent's replacement (session_book.cpp) ---
    /// Every session that is kept; holds what lets its clients in, so it is for files that nobody else reads.
    std::string sessions_text() const;
    /// How many of them are known again. Before anybody is served.
    std::size_t restore_sessions(std::string_view text);
    /// What is read now comes to a proper end, so that its reader comes again.
    void finish_streams();

    /// Whether the address reaches anything: a server or profile of that name.
    bool is_known(const Scope& scope);

    // --- messages ---
    /// Something about a client's request that was passed over, for those who watch the server's traffic.
    void remark(const Scope& scope, std::string what);
    /// A request. `out` null: into an outbox of its own. Its answer is the last message there.
    ExchangePtr begin(const ClientPtr& client, MessagePtr message, mcp::Era era,
                      std::shared_ptr<Outbox> out = {});
    /// Wakes its outbox and says so (is_late) when it is still open after `limit`.
    void be_patient(const ExchangePtr& exchange, Duration limit);
    void notified(const ClientPtr& client, const Message& message);
    void answered(const ClientPtr& client, const Message& message);
    /// The asker went away, and that is a cancel.
    void abandon(const ExchangePtr& exchange);

    /// The inputSchema of a tool as JSON text, from what the server offered last; empty when unknown.
    std::string tool_schema(const Scope& scope, std::string_view tool);

    // --- news of the rest of the agent ---
    void session_opened(const std::string& key);
    void session_ended(const std::string& key);
    void servers_changed();
    bool on_request(const std::string& key, const mcp::MessageScan& request);
    void on_notification(const std::string& key, std::string_view text);

    struct Counts {
        std::size_t sessions = 0, open_calls = 0;
        std::uint64_t calls = 0, failed = 0, refused_requests = 0, routed_requests = 0, orphan_logs = 0;
        std::uint64_t remarks = 0;  // what was wrong with a request and passed
    };
    Counts counts() const;
    /// Of the tools, by clients and by the agent's own API.
    Usage& usage();

    Task<> close();

    struct State;

  private:
    std::shared_ptr<State> state_;
};

}  // namespace mcpm::gateway
