#include "agent/gateway/call_tracing.hpp"

#include "common/sha256.hpp"
#include "common/units.hpp"
#include "common/url.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace mcpm::gateway {

using mcp::Era;

namespace {

traces::Instant now() {
    return std::chrono::system_clock::now();
}

/// The id itself lets its client in, so it stays here.
std::string session_digest(const Client& client) {
    constexpr std::size_t digits = 16;
    return client.id.empty() ? std::string() : sha256_hex(client.id).substr(0, digits);
}

std::string_view transport_of(const Client& client) {
    if (client.kind == Client::Kind::stdio) return "pipe";
    return client.principal.starts_with("uid:") ? "unix" : "tcp";
}

std::string profile_of(const Scope& scope) {
    return scope.kind == Scope::Kind::profile ? scope.name : scope.profile;
}

/// Names that nobody has are as many as clients like; they say nothing of a server.
void add_target(traces::CallFacts& facts, const Exchange& x) {
    if (!x.target) return;
    facts.server = x.target->name;
    facts.server_transport = x.target->speaks_http ? "tcp" : "pipe";
    facts.server_host = x.target->host;
    facts.server_port = x.target->port;
    if (x.key.empty()) return;
    const std::string_view params = x.params_text();
    if (x.method == "tools/call" || x.method == "prompts/get")
        facts.target = decode_string(mcp::member(params, "name"));
    if (x.method.starts_with("resources/")) facts.uri = decode_string(mcp::member(params, "uri"));
    if (x.method == "tools/call") facts.offered = decode_string(x.message->scan.name);
}

std::string version_of(const Exchange& x) {
    return x.era == Era::per_request ? std::string(mcp::per_request_version) : x.client->version;
}

traces::CallFacts facts_of(const Exchange& x) {
    const Client& client = *x.client;
    traces::CallFacts facts{x.method};
    facts.request_id = x.id;
    facts.session = session_digest(client);
    facts.protocol_version = version_of(x);
    facts.profile = profile_of(client.scope);
    facts.client = client.principal.substr(0, client.principal.find(" ("));
    facts.client_transport = transport_of(client);
    facts.is_http = client.kind != Client::Kind::stdio;
    if (facts.client_transport == "tcp") {
        const auto place = split_authority(client.address);
        facts.client_host = without_brackets(place.host);
        facts.client_port = parse_port(place.port).value_or(0);
    }
    add_target(facts, x);
    return facts;
}

/// What says nothing about work, and what lasts as long as its client.
bool is_left_out(std::string_view method) {
    return method == "ping" || method == "subscriptions/listen";
}

}  // namespace

void begin_trace(Exchange& x, traces::Tracer* tracer, const TraceHeaders& headers) {
    if (tracer == nullptr || is_left_out(x.method)) return;
    traces::Carried carried;
    if (!headers.traceparent.empty())
        carried.http = traces::read_context(headers.traceparent, headers.tracestate);
    const mcp::JsonSlice& meta = x.message->scan.meta;
    if (meta.type == mcp::JsonType::object)
        carried.meta = traces::read_context(decode_string(mcp::member(meta.text, "traceparent")),
                                            decode_string(mcp::member(meta.text, "tracestate")));
    x.trace = tracer->begin(carried);
}

void note_event(Exchange& x, std::string_view name) {
    if (x.trace) x.trace->event(name, now());
}

mcp::TraceKeys trace_sent(Exchange& x, const mcp::SessionFacts& server, std::uint64_t run) {
    if (!x.trace) return {};
    // Of a call that the sampler left out the facts are looked for at its end, if it comes to that.
    if (x.trace->context().is_sampled) {
        auto facts = facts_of(x);
        facts.server_protocol_version = server.protocol_version;
        facts.run = run;
        if (x.method == "tools/call" && x.trace->shows(facts.server))
            x.trace->know_arguments(mcp::member(x.params_text(), "arguments").text);
        x.trace->know(std::move(facts));
    }
    const traces::Context& context = x.trace->send(now());
    return {traces::write_traceparent(context), context.state};
}

void trace_numbered(Exchange& x, std::uint64_t call) {
    if (x.trace) x.trace->sent_as(call);
}

void note_result(Exchange& x, std::string_view result) {
    if (x.trace && x.target && x.method == "tools/call" && x.trace->shows(x.target->name))
        x.trace->know_result(result);
}

void note_failure(Exchange& x, const Error& why) {
    if (x.error.empty()) x.error = wire_name(why.code);
    if (x.trace) x.trace->fail({std::string(wire_name(why.code)), why.message, {}});
}

void note_failure(Exchange& x, std::int64_t code, std::string_view message) {
    if (x.error.empty()) {
        x.error = std::to_string(code);
        x.error_code = code;
    }
    if (x.trace) x.trace->fail({std::to_string(code), std::string(message), code});
}

void note_tool_error(Exchange& x) {
    if (x.error.empty()) x.error = "tool_error";
    if (x.trace) x.trace->fail({"tool_error", {}, {}});
}

void park_trace(Exchange& x, Exchange& stay) {
    if (x.trace) stay.trace = x.trace->park(now());
}

void take_over_trace(Exchange& stay, Exchange& x) {
    if (x.trace && stay.trace) x.trace->take_over(*stay.trace);
}

void end_trace(Exchange& x, traces::Tracer* tracer) {
    if (!x.trace || tracer == nullptr) return;
    if (!x.succeeded) x.trace->fail({"cancelled", {}, {}});
    if (!x.trace->is_wanted(now())) return;
    if (!x.trace->is_known()) x.trace->know(facts_of(x));
    tracer->end(*x.trace);
}

void note_duration(const Exchange& x, traces::DurationBook* durations) {
    if (durations == nullptr || x.is_own || x.method == "subscriptions/listen") return;
    const Client& client = *x.client;
    traces::EndedWork work;
    work.method = x.method;
    // Names that nobody has are as many as clients like.
    std::string target;
    if (x.target && !x.key.empty() && (x.method == "tools/call" || x.method == "prompts/get"))
        target = decode_string(mcp::member(x.params_text(), "name"));
    work.target = target;
    work.error = x.error;
    if (x.error.empty() && !x.succeeded) work.error = "cancelled";
    work.code = x.error_code;
    const std::string version = version_of(x);
    work.protocol_version = version;
    work.transport = transport_of(client);
    work.is_http = client.kind != Client::Kind::stdio;
    if (x.target) work.server = x.target->name;
    work.took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - x.received);
    durations->note(traces::Measured::server_operation, work);
}

void note_duration(const Client& client, std::string_view error, traces::DurationBook* durations) {
    const bool is_session = client.kind != Client::Kind::stateless && !client.version.empty();
    if (durations == nullptr || !is_session || !client.opened_at) return;
    traces::EndedWork work;
    work.error = error;
    work.protocol_version = client.version;
    work.transport = transport_of(client);
    work.is_http = client.kind != Client::Kind::stdio;
    if (client.scope.kind == Scope::Kind::server) work.server = client.scope.name;
    work.took = std::max(now_utc() - *client.opened_at, Duration::zero());
    durations->note(traces::Measured::server_session, work);
}

std::string trace_response_of(const Exchange& x) {
    if (!x.trace || !x.trace->context().is_sampled) return {};
    return traces::write_traceparent(x.trace->context());
}

std::string trace_id_of(const Exchange& x) {
    if (!x.trace || !x.trace->context().is_sampled) return {};
    return traces::hex_of(x.trace->context().trace);
}

}  // namespace mcpm::gateway
