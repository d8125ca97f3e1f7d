// One call on its way through the gateway: a SERVER span (from the client) and, once it is sent on, a CLIENT
// span (towards the server). Carried by the gateway's exchange, and made only while spans are exported. A
// call that the sampler left out is exported all the same when it failed or was slow, which only its end can
// say.
#pragma once

#include "agent/traces/span.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::traces {

/// Contexts that came with a call: in the HTTP request's head and in the message's `_meta`.
struct Carried {
    std::optional<Context> http = {}, meta = {};
};

/// What a call is. Empty: not known, or does not apply.
struct CallFacts {
    std::string method;           // tools/call
    std::string target = {};      // the server's own name of the tool, or the prompt's
    std::string uri = {};         // of a resource
    std::string offered = {};     // the tool as the client named it
    std::string request_id = {};  // as JSON
    std::string session = {};     // a digest: the id itself lets its client in
    std::string protocol_version = {}, server_protocol_version = {};
    std::string server = {}, profile = {}, client = {};
    std::string_view client_transport = {}, server_transport = {};  // pipe, tcp, unix
    bool is_http = false;                                           // the client's side
    std::string server_host = {};                                   // of a remote server
    std::string client_host = {};                                   // of a client over TCP
    std::uint16_t server_port = 0, client_port = 0;
    std::uint64_t run = 0;                    // of the server; 0: not known
    std::string arguments = {}, result = {};  // JSON, of the servers of show_of() alone
};

struct Failure {
    std::string type = {};                  // error.type: tool_error, an ErrorCode's name, a code of JSON-RPC
    std::string message = {};               // as it may leave this machine only after it was cleaned
    std::optional<std::int64_t> code = {};  // of JSON-RPC
};

class CallTrace {
  public:
    using Take = std::function<void(Span span)>;
    /// Calls of at least this time are exported though the sampler left them out.
    static constexpr std::chrono::seconds slow{10};

    /// Whether it is sampled, of those without a parent, is decided by `sampled` from the trace's id.
    CallTrace(const Carried& carried,
              const std::function<bool(const std::optional<Context>&, const TraceId&)>& sampled, Instant now);

    /// The latest counts; said when it is sent, or at its end.
    void know(CallFacts facts);
    bool is_known() const { return !facts_.method.empty(); }
    /// Names of servers, or "all", whose calls are exported with arguments and results.
    using Shown = std::shared_ptr<const std::vector<std::string>>;
    void show_of(Shown servers) { shown_ = std::move(servers); }
    bool shows(std::string_view server) const;
    /// JSON; what is longer than `longest_content` only with its size.
    void know_arguments(std::string_view text);
    void know_result(std::string_view text);
    static constexpr std::size_t longest_content = std::size_t{64} << 10U;
    /// What the server gets. Begins the CLIENT span, or goes on in it when the call is sent again.
    const Context& send(Instant now);
    /// The id that it has at the server.
    void sent_as(std::uint64_t id);
    /// A literal; at most 32. Of the outer span: what happens before the inner one begins.
    void event(std::string_view name, Instant now);
    /// The first counts.
    void fail(Failure failure);
    /// The client is asked for input: this call ends, and the one at the server goes on in the result.
    std::unique_ptr<CallTrace> park(Instant now);
    /// The client came back: what `parked` has of the call at the server goes on in this one.
    void take_over(CallTrace& parked);
    /// Whether its spans may be exported when it ends now.
    bool is_wanted(Instant now) const;
    /// The two spans of the call end; nothing is told a second time. `exports_failures`: as said above.
    void end(bool exports_failures, Instant now, const Take& take);

    const Context& context() const { return server_.context; }
    bool has_failed() const { return failure_.has_value(); }
    /// "tools/call echo at web: tool_error", for our own log.
    std::string summary() const;

  private:
    CallTrace() = default;

    Span server_;
    bool has_server_ = true;
    std::optional<Span> client_;
    CallFacts facts_;
    std::optional<Failure> failure_;
    std::vector<SpanEvent> events_;
    bool is_over_ = false;
    Shown shown_;
};

/// Who looks at calls; Exporter, or a test.
class Tracer {
  public:
    virtual ~Tracer() = default;
    Tracer() = default;
    Tracer(const Tracer&) = delete;
    Tracer& operator=(const Tracer&) = delete;

    virtual std::unique_ptr<CallTrace> begin(const Carried& carried) = 0;
    virtual void end(CallTrace& call) = 0;
};

}  // namespace mcpm::traces
