// Session: how long its requests and it itself took, where durations are exported.
#include "agent/mcp/session.hpp"
#include "agent/traces/durations.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::mcp {

traces::EndedWork Session::ended_work() const {
    traces::EndedWork work;
    work.protocol_version = facts_.protocol_version;
    work.is_http = static_cast<bool>(attachment_.make_peer);
    work.transport = work.is_http ? "tcp" : "pipe";
    work.host = attachment_.host;
    work.port = attachment_.port;
    work.server = attachment_.server_name;
    return work;
}

/// A subscriptions/listen lasts as long as somebody listens: that says nothing of the server.
void Session::measure(const Calls::Call& call, std::string_view error,
                      std::optional<std::int64_t> code) const {
    auto* const durations = context_.callbacks.durations;
    if (durations == nullptr || call.payload.sent == Clock::time_point{}) return;
    if (call.method == "subscriptions/listen") return;
    auto work = ended_work();
    work.method = call.method;
    if (call.method == "tools/call" || call.method == "prompts/get") work.target = call.name;
    work.error = error;
    work.code = code;
    work.took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - call.payload.sent);
    durations->note(traces::Measured::client_operation, work);
}

void Session::measure_answer(const Calls::Call& call, const MessageScan& scan, MessageKind kind) const {
    if (context_.callbacks.durations == nullptr) return;
    if (kind == MessageKind::error) return measure(call, {}, read_error(scan.error).code);
    const bool is_tool_error = call.method == "tools/call" && says_tool_error(scan.result.text);
    measure(call, is_tool_error ? "tool_error" : "");
}

/// Only the handshake era has sessions. One that goes on in the agent after this one is measured there.
void Session::measure_end(const Error& why) {
    auto* const durations = context_.callbacks.durations;
    const auto opened = std::exchange(facts_.opened_at, std::nullopt);
    if (durations == nullptr || !opened || facts_.era != Era::handshake) return;
    if (why.code == ErrorCode::cancelled) return;
    auto work = ended_work();
    if (!stopping_ || failed_) work.error = wire_name(failed_ ? gone_.code : why.code);
    work.took = std::max(now_utc() - *opened, Duration::zero());
    durations->note(traces::Measured::client_session, work);
}

}  // namespace mcpm::mcp
