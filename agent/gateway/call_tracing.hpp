// What the gateway tells a tracer of its calls, and how long they took. All of it does nothing for an
// exchange without a trace, which is every one while nothing is exported. Internal to the room.
#pragma once

#include "agent/gateway/client.hpp"
#include "agent/mcp/json_rpc.hpp"
#include "agent/mcp/session_facts.hpp"
#include "agent/traces/call_trace.hpp"
#include "agent/traces/durations.hpp"
#include "common/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mcpm::gateway {

/// The context that a request's HTTP head has; a client without HTTP has none.
struct TraceHeaders {
    std::string_view traceparent = {}, tracestate = {};
};

/// The parent of the call's span is what `_meta` says, else what the HTTP head said.
void begin_trace(Exchange& x, traces::Tracer* tracer, const TraceHeaders& headers);
/// `name` is a literal.
void note_event(Exchange& x, std::string_view name);
/// The call is sent to its server now: what goes into its `_meta`.
/// `run`: of the server, when that is known.
mcp::TraceKeys trace_sent(Exchange& x, const mcp::SessionFacts& server, std::uint64_t run = 0);
/// `call`: the id of the call at its server.
void trace_numbered(Exchange& x, std::uint64_t call);
void note_result(Exchange& x, std::string_view result);
void note_failure(Exchange& x, const Error& why);
void note_failure(Exchange& x, std::int64_t code, std::string_view message);
void note_tool_error(Exchange& x);
/// The call at the server goes on in `stay`, of which the client will hear when it asks again.
void park_trace(Exchange& x, Exchange& stay);
void take_over_trace(Exchange& stay, Exchange& x);
void end_trace(Exchange& x, traces::Tracer* tracer);
/// How long a request of a client, which is over now, and a session took; `durations` null: nothing is done.
void note_duration(const Exchange& x, traces::DurationBook* durations);
void note_duration(const Client& client, std::string_view error, traces::DurationBook* durations);
/// The call's own context for its client; empty unless its spans are exported.
std::string trace_response_of(const Exchange& x);
/// As 32 hexadecimal digits; empty unless its spans are exported.
std::string trace_id_of(const Exchange& x);

}  // namespace mcpm::gateway
