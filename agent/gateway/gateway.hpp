// The room gateway: shares servers between MCP clients. Sessions of the handshake era, requests of 2026-07-28
// and stdio shims on one side, the upstream sessions of agent/mcp on the other; every message is routed to
// exactly the client or server it belongs to. It may include async and mcp. It never sees HTTP or the
// supervisor: what it needs of the rest of the agent is directory.hpp. What it does and refuses, and why:
// docs/sharing.md. One loop thread.
#pragma once

#include "agent/gateway/call_tracing.hpp"
#include "agent/gateway/client.hpp"
#include "agent/gateway/connected.hpp"
#include "agent/gateway/directory.hpp"
#include "agent/gateway/own_processes.hpp"
#include "agent/gateway/usage.hpp"
#include "agent/mcp/sessions.hpp"
#include "common/config_file.hpp"
#include "common/error.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::gateway {

struct GatewayLimits {
    Duration call = GatewaySettings{}.call_timeout;  // silence after which a call is given up
    Duration call_at_most = GatewaySettings{}.call_at_most;
    Duration queued = GatewaySettings{}.queue_timeout;  // waiting for a free place at a server
    Duration input = GatewaySettings{}.input_timeout;   // for a client that is asked for input
    Duration session_idle = GatewaySettings{}.session_idle;
    std::size_t sessions = GatewaySettings{}.sessions;  // of the handshake era, all principals together
    std::size_t open_per_client = GatewaySettings{}.open_per_client;
    std::size_t concurrent = GatewaySettings{}.calls_per_server;  // at once at one server
    std::size_t queue = GatewaySettings{}.queue_per_server;       // waiting at one server
    std::size_t parked = 128;                                     // calls whose clients are asked for input
    std::size_t parked_per_server = 32;
};

class Gateway {
  public:
    Gateway(Loop& loop, mcp::Sessions& sessions, Directory& directory, GatewayLimits limits = {});
    ~Gateway();

    // --- clients ---
    ClientPtr stateless(Scope scope, std::string principal);
    ClientPtr open_stdio(Scope scope, std::string principal);
    /// A session that is not known to anybody before keep() is called. unavailable beyond the cap.
    Result<ClientPtr> open_session(Scope scope, std::string principal);
    void keep(const ClientPtr& client);
    /// Null for an unknown or ended one, another principal's, or another address's.
    ClientPtr find_session(std::string_view id, std::string_view principal, const Scope& scope);
    /// A client's calls are cancelled upstream, its subscriptions released.
    void end(const ClientPtr& client);
    /// All that are this principal's: its credential is no longer valid.
    void end_all_of(std::string_view principal);
    /// Who is there, whoever asked last first.
    std::vector<ConnectedClient> connected() const;
    /// False when nobody has that handle.
    bool disconnect(std::string_view handle);

    // --- over the agent's replacement (session_book.cpp) ---
    /// Every session that is kept; holds what lets its clients in, so it is for files that nobody else reads.
    std::string sessions_text() const;
    /// How many of them are known again. Before anybody is served.
    std::size_t restore_sessions(std::string_view text);
    /// What is read now comes to a proper end, so that its reader comes again.
    void finish_streams();
    /// There is no agent after this one in which sessions go on.
    void end_sessions_here();

    /// Whether the address reaches anything: a server or profile of that name.
    bool is_known(const Scope& scope);

    // --- messages ---
    /// Something about a client's request that was passed over, for those who watch the server's traffic.
    void remark(const Scope& scope, std::string what);
    /// A request. `out` null: into an outbox of its own. Its answer is the last message there.
    ExchangePtr begin(const ClientPtr& client, MessagePtr message, mcp::Era era,
                      std::shared_ptr<Outbox> out = {}, const TraceHeaders& headers = {});
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
        std::size_t sessions = 0, open_calls = 0, queued_calls = 0;
        std::uint64_t calls = 0, failed = 0, refused_requests = 0, routed_requests = 0;
    };
    Counts counts() const;
    /// Who looks at calls from now on; outlives this object.
    void trace_calls(traces::Tracer& tracer);
    /// Who is told how long requests and sessions of clients took from now on; outlives this object.
    void keep_durations(traces::DurationBook& durations);
    /// Somebody looks: begin() wants the headers.
    bool is_traced() const;
    /// Of the tools, by clients and by the agent's own API.
    Usage& usage();

    Task<> close();

    struct State;

  private:
    std::shared_ptr<State> state_;
};

}  // namespace mcpm::gateway
