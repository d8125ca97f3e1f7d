// The room mcp: MCP with servers. It may include outgoing, handover, traces and async. It never knows a
// client, nor starts a server.
//
// The agent's own MCP session with every running server: opened once per process (handshake or per-request
// era), kept for its life, taken over from a previous agent, shared by every asker. Knows pipes and
// messages; does not know the supervisor, HTTP or SQLite: the root connects them. SIGPIPE must be ignored.
//
// A session is taken over with its handshake. Taken over in the middle of one (or without a record) it fails
// with wrong_state, because strict servers refuse a second initialize: the server must be restarted.
#pragma once

#include "agent/async/task_group.hpp"
#include "agent/mcp/call_table.hpp"
#include "agent/mcp/era.hpp"
#include "agent/mcp/json_rpc.hpp"
#include "agent/mcp/peer.hpp"
#include "agent/mcp/session_facts.hpp"
#include "common/error.hpp"
#include "common/json_scan.hpp"
#include "common/server_spec.hpp"
#include "common/unique_fd.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

class RunFacts;

namespace traces {
class DurationBook;
}

namespace mcp {

class Trace;

/// A JSON object with protocolVersion, era ("handshake" or "per-request"), serverInfo, capabilities and
/// instructions: all that an initialize or a server/discover is answered from while the server is not there.
std::string facts_text(const SessionFacts& facts);
SessionFacts read_facts_text(std::string_view text);

/// The pipes of a server that just started, or that was taken over (`facts` then has its session).
struct Attachment {
    std::string server_id;
    std::string server_name;
    std::uint64_t run = 0;
    UniqueFd input, output;
    PeerMaker make_peer = {};   // of a remote, instead of the pipes
    RunFacts* facts = nullptr;  // outlives detach()
    bool resumed = false;
    Duration start_timeout{60'000};
    Duration probe_limit = default_probe_limit;  // silence after server/discover that lets initialize follow
    std::string client_capabilities = std::string(shared_capabilities);
    EraHint hint = EraHint::none;  // what `learned` said for this version of the server
    std::string host = {};         // of a remote server, where its address says so
    std::uint16_t port = 0;
};

/// What the room tells the rest of the agent. Called on the loop thread.
struct Callbacks {
    std::function<void(const std::string& server_id, std::uint64_t run)> ready;
    std::function<void(const std::string& server_id, std::uint64_t run, Error why)>
        failed;  // no session came about: the process must be ended
    std::function<void(const std::string& server_id, std::string_view line)>
        noise;  // stdout that is no message
    std::function<void(const std::string& server_id, std::string_view notification)>
        notified;  // list_changed, log, …
    /// A request of a handshake-era server, ping excepted. False: nobody took it, and it is answered with
    /// -32601. Who takes it answers it by Sessions::send, once.
    std::function<bool(const std::string& server_id, const MessageScan& request)> requested = {};
    /// A remote has forgotten the session and was shaken hands with again; subscriptions and levels are gone.
    std::function<void(const std::string& server_id)> reopened = {};
    /// What the next start of this version of the server should pass as Attachment::hint. May be empty;
    /// within one life of the agent Sessions remembers it by itself.
    std::function<void(const std::string& server_id, EraHint hint)> learned = {};
    /// Is told how long requests and sessions took; null: nobody is. Outlives the sessions.
    traces::DurationBook* durations = nullptr;
};

/// What went over one session, for status and metrics.
struct SessionCounts {
    CallCounts calls;
    std::uint64_t timed_out = 0, cancelled = 0;
    std::uint64_t noise = 0;             // lines that were no message, empty ones included
    std::uint64_t oversized = 0;         // lines over the limit
    std::uint64_t torn = 0;              // a first line after a takeover that was only an end piece
    std::uint64_t refused_requests = 0;  // the server asked for what we do not offer
    std::uint64_t unsent = 0;            // answers and cancels that found the queue full
};

struct CallOptions {
    Duration timeout{60'000};
    /// Called with the params of each progress notification that belongs to this call.
    std::function<void(std::string_view params)> progress = {};
};

/// How a forwarded call ended. Texts are the server's own bytes, on one line.
struct Answer {
    enum class Kind { result, rpc_error, failed };
    Kind kind = Kind::failed;
    std::string text = {};  // the JSON text of `result` or `error`
    Error why = {};         // of failed: no answer will come
};

/// One client's request on its way through. All bytes of the params stay; a progress token becomes ours and
/// back.
struct Forward {
    std::string method;
    std::string_view params = {};          // object text or empty; looked at during forward() alone
    std::optional<std::string> meta = {};  // members for `_meta` in place of our own (per-request era only)
    std::function<void(Answer&&)> done;    // once, never from within forward(); not after cancel()
    std::function<void(std::string_view params)> progress = {};
    std::string client = {};               // who asks, for the trace
    const MessageScan* scanned = nullptr;  // of the message that `params` is part of, during forward() alone
    TraceKeys trace = {};
};

struct CallInFlight {
    std::string method;
    std::string name;  // tool, prompt or URI
    Timestamp since{};
};

class Sessions {
  public:
    Sessions(Loop& loop, Callbacks callbacks);
    ~Sessions();

    void attach(Attachment attachment);
    /// Every call in flight fails at once with `why`. The pipes are closed.
    void detach(const std::string& server_id, std::uint64_t run, Error why);
    /// First step of a stop: our end of stdin is closed; answers are still read.
    void close_input(const std::string& server_id, std::uint64_t run);

    /// One request through the live session; the result's JSON text as the server sent it. A JSON-RPC error
    /// is `wrong_state` with details {"code", "message", "data"}. When the asking task is cancelled the call
    /// is cancelled upstream and abandoned. unavailable when there is no session.
    Task<Result<std::string>> call(std::string server_id, std::string method, std::string params,
                                   CallOptions options);

    /// All pages of tools/list, prompts/list, resources/list or resources/templates/list joined: a JSON array
    /// text. An empty array when the server does not have that capability.
    Task<Result<std::string>> list(std::string server_id, std::string method);

    /// The next list() asks the server, whatever it said before.
    void forget_lists(const std::string& server_id);
    /// A server was removed: what was learned of it, and of its clients' own processes, goes.
    void forget_server(const std::string& server_id);

    /// Sends a client's request; the number names it for cancel(). Never waits.
    Result<std::uint64_t> forward(const std::string& server_id, Forward&& request);
    /// The call is cancelled upstream and its answer will be dropped. False when it was not open.
    bool cancel(const std::string& server_id, std::uint64_t call, std::string_view reason);
    /// A notification, or the answer to a request of the server: one line.
    Result<> send(const std::string& server_id, std::string line);

    /// What its sessions so far have taught about how to open the next one.
    EraHint hint(const std::string& server_id) const;

    std::optional<SessionFacts> facts(const std::string& server_id) const;
    /// Null unless the session is open; until the next turn of the loop.
    const SessionFacts* open_facts(const std::string& server_id) const;
    std::size_t open_calls(const std::string& server_id) const;
    /// Whose answer somebody waits for; an open subscriptions/listen is none.
    std::vector<CallInFlight> in_flight(const std::string& server_id) const;
    SessionCounts counts(const std::string& server_id) const;
    /// The server's traffic, whether it runs or not.
    std::shared_ptr<Trace> trace(const std::string& server_id);

    Task<> close();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace mcp
}  // namespace mcpm
