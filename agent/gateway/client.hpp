// Who speaks to the gateway, and one request of theirs on its way. Internal to the room but for the fronts
// (HTTP, stdio), which hold them by shared pointer and read what waits in their outboxes.
#pragma once

#include "agent/async/deadlines.hpp"
#include "agent/gateway/outbox.hpp"
#include "agent/mcp/era.hpp"
#include "agent/mcp/json_rpc.hpp"
#include "agent/mcp/sessions.hpp"
#include "agent/traces/call_trace.hpp"
#include "common/client_folder.hpp"
#include "common/json_scan.hpp"
#include "common/server_spec.hpp"
#include "common/units.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::gateway {

/// Random bytes of a name that lets in whoever knows it.
inline constexpr std::size_t unguessable = 32;

/// What an address reaches: one server, a profile's choice, or all that are enabled.
struct Scope {
    enum class Kind { server, all, profile };
    Kind kind = Kind::all;
    std::string name = {};  // of the server or profile
    bool search = false;    // two tools in place of all
    std::string profile =
        {};  // of a server: only as this profile, to which the client's token is bound, offers it
    bool operator==(const Scope&) const = default;
};

/// A server as the gateway sees it: enabled, and speaking MCP.
struct Target {
    std::string id, name;
    Sharing sharing = Sharing::automatic;
    ToolRules tools = {};
    std::vector<std::string> narrowed =
        {};  // what a profile allows of what `tools` allows; empty = all of it
    /// The tools as they were approved (JSON): only what is listed so passes. Null when nothing is held back.
    std::shared_ptr<const std::string> approved = {};
    bool is_lazy = false;       // kept awake only while somebody holds it
    bool wants_folder = false;  // each client that tells its folder gets a process there
    bool speaks_http = false;   // towards it, not by a pipe
    std::string host = {};      // of a remote one, where its address says so
    std::uint16_t port = 0;
};
using TargetPtr = std::shared_ptr<const Target>;

/// A whole message and what the scanner found in it; the slices point into `text`, so it never moves.
struct Message {
    explicit Message(std::string bytes)
        : text(std::move(bytes)), scan(read(text)), kind(mcp::classify(scan)) {}
    Message(const Message&) = delete;
    Message& operator=(const Message&) = delete;

    const std::string text;
    const mcp::MessageScan scan;
    const mcp::Classified kind;

  private:
    /// `"params": null` is none.
    static mcp::MessageScan read(std::string_view text) {
        mcp::MessageScan scan = mcp::scan_message(text);
        if (scan.params.type == mcp::JsonType::null) scan.params = {};
        return scan;
    }
};
using MessagePtr = std::shared_ptr<const Message>;

struct Exchange;
using ExchangePtr = std::shared_ptr<Exchange>;

/// A server's request that was passed to a client.
struct Asked {
    std::string key;  // of the upstream session
    std::string upstream_id;
    std::weak_ptr<Exchange> exchange;
    std::function<void(const mcp::MessageScan& answer)> taken = {};  // set when the gateway itself has asked
};

struct Client {
    enum class Kind { session, stateless, stdio };

    Client(Loop& loop, Kind kind_, Scope scope_, std::string principal_)
        : kind(kind_),
          scope(std::move(scope_)),
          principal(std::move(principal_)),
          out(std::make_shared<Outbox>(
              loop, kind_ == Kind::session ? Outbox::Keep::what_was_read : Outbox::Keep::nothing)),
          own_changed(loop) {}

    Kind kind;
    Scope scope;
    std::string principal;
    std::string id;       // of a session: visible ASCII, unguessable
    std::string handle;   // for people: names it, and lets nobody in
    std::string address;  // for people: where its newest request came from, "127.0.0.1:5123"
    std::string version, capabilities = "{}", name;
    bool is_open = true;
    bool has_initialized = false;
    bool was_restored = false;  // of an agent before this one: what it read then is not known here
    std::optional<int> level;
    /// A session's GET stream (stream 0), or all that goes out on stdio.
    std::shared_ptr<Outbox> out;
    std::map<std::uint64_t, std::shared_ptr<Outbox>> streams;  // of a session's POSTs, by number
    std::uint64_t next_stream = 1, next_request = 1;
    std::set<ExchangePtr> open;
    std::map<std::string, Asked> asked;                           // by our id's text
    std::set<std::pair<std::string, std::string>> subscriptions;  // server id, URI
    std::map<std::pair<std::string, std::string>, std::string>
        shown_uris;                                   // where it is not the server's own
    std::map<std::string, std::string> own_sessions;  // server id -> key of its own process
    Clock::time_point used = Clock::now();
    std::optional<Timestamp> opened_at = now_utc();  // nothing of one that was restored without it
    std::map<std::string, std::string> own_opening;  // server id -> key of the process on its way
    std::string roots;  // result of roots/list that a client of 2026-07-28 brought with its call
    Notifier own_changed;
    ClientFolder folder = {};  // that it works in; only of one on this machine
    unsigned readers = 0;      // of its streams that somebody reads now
};
using ClientPtr = std::shared_ptr<Client>;

/// What a server of the handshake era asked during the call of a client of 2026-07-28.
struct Question {
    std::string upstream_id;
    std::string request;  // an entry of inputRequests
};

/// The questions of one call (parking_lot.hpp).
struct Parking {
    static constexpr std::size_t questions_limit = 16;  // unanswered

    /// False when too many are unanswered.
    bool add(std::string upstream_id, std::string request);
    /// The server wants no answer any more. False when it never asked that.
    bool take_back(std::string_view upstream_id);
    /// The result that gives the questions to the client.
    std::string input_required() const;

    std::map<std::string, Question> questions = {};  // by key; not answered yet
    unsigned asked = 0;
    std::string state = {};  // the requestState, while the client has the questions and nobody waits here
    std::optional<mcp::Answer> outcome = {};  // of the call, when it came meanwhile
};

/// A request as its client made it.
struct AskedRequest {
    ClientPtr client;
    MessagePtr message;
    std::string id = {};  // JSON text, as the client wrote it
    std::string method = {};
    mcp::Era era = mcp::Era::handshake;
    std::string capabilities = {};  // of the client, for this request
    std::optional<int> level = {};  // the log level that a request of 2026-07-28 asks for
};

/// A call on its way to a server. It goes to another exchange when a client takes a parked call up again.
struct ForwardedCall {
    TargetPtr target = {};
    std::string key = {};          // of the upstream session
    std::uint64_t call = 0;        // upstream, 0 = not sent
    std::string params = {};       // in place of the message's own, when something was rewritten
    bool has_own_process = false;  // for this call alone
    unsigned rounds = 0;           // of input that was asked for
    std::unique_ptr<Parking> parking = {};
    Clock::time_point hard_end{};
    std::shared_ptr<void> hold = {};  // keeps the server awake
    std::function<std::string(std::string result)> rewrite = {};
};

/// One request of a client, from begin() to its answer.
struct Exchange : AskedRequest, ForwardedCall, std::enable_shared_from_this<Exchange> {
    Exchange(ClientPtr client_, MessagePtr message_)
        : AskedRequest{std::move(client_), std::move(message_)} {}

    std::shared_ptr<Outbox> out;
    bool owns_out = true;      // else the outbox goes on after this request
    std::uint64_t stream = 0;  // the number of `out` in Client::streams
    ExchangePtr successor;     // the exchange that its call at the server was handed over to
    unsigned status = 200;     // HTTP status that goes with its answer, when that is all there is
    bool done = false;
    bool succeeded = false;      // with a result
    bool is_tool_error = false;  // which says that the tool failed
    std::size_t answer_bytes = 0;
    Clock::time_point began = Clock::now();
    Clock::time_point received = began;           // later than that when it goes on with a parked call
    bool is_own = false;                          // waits for a parked call: no client's request
    std::string error = {};                       // why it failed, as error.type; the first counts
    std::optional<std::int64_t> error_code = {};  // of JSON-RPC
    bool is_late = false;  // the front has waited for an answer alone as long as it wanted to
    Deadline<Exchange> deadline{*this}, patience{*this};
    std::set<std::string> asked;               // our ids of requests passed on for it
    std::unique_ptr<traces::CallTrace> trace;  // null while nothing is exported

    std::string_view params_text() const {
        return params.empty() ? message->scan.params.text : std::string_view(params);
    }
};

}  // namespace mcpm::gateway
