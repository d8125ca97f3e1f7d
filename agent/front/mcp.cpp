// The MCP endpoints over HTTP: /mcp/{server}, /mcp, /mcp/p/{profile} (Streamable HTTP of both eras on one
// address). Translates requests to the gateway's messages and back; what a message means is the gateway's.
#include "agent/door/access.hpp"
#include "agent/door/answer.hpp"
#include "agent/front/front.hpp"
#include "agent/front/mcp_batch.hpp"
#include "agent/front/mcp_headers.hpp"
#include "agent/front/mcp_stream.hpp"
#include "agent/gateway/messages.hpp"
#include "common/number.hpp"

#include <utility>

namespace mcpm::front {

namespace {

using gateway::Client;
using gateway::ClientPtr;
using gateway::ExchangePtr;
using gateway::Message;
using gateway::MessagePtr;
using gateway::Outbox;
using gateway::Scope;
using mcp::Era;
using mcp::MessageKind;

/// Where the request belongs in a trace; looked for only while somebody looks at calls.
gateway::TraceHeaders trace_headers(const Front& front, const http::Request& request) {
    if (!front.gateway.is_traced()) return {};
    return {request.header("traceparent").value_or(""), request.header("tracestate").value_or("")};
}

/// An answer that comes within this time, and alone, is plain JSON; else it becomes a stream.
constexpr std::chrono::milliseconds patience{100};

McpRefusal no_session() {
    return {404, -32001, "Session not found: start over with initialize", {}};
}

/// A request of 2026-07-28 ends with its connection.
struct AbandonWhenGone {
    AbandonWhenGone(gateway::Gateway& gateway_, ExchangePtr exchange_)
        : gateway(gateway_), exchange(std::move(exchange_)) {}
    AbandonWhenGone(const AbandonWhenGone&) = delete;
    AbandonWhenGone& operator=(const AbandonWhenGone&) = delete;
    ~AbandonWhenGone() { gateway.abandon(exchange); }
    gateway::Gateway& gateway;
    ExchangePtr exchange;
};

void keep_stream(Client& client, const ExchangePtr& x) {
    x->stream = client.next_stream++;
    client.streams.emplace(x->stream, x->out);
    constexpr std::size_t kept_streams = 8;
    for (auto at = client.streams.begin();
         client.streams.size() > kept_streams && at != client.streams.end();) {
        const bool over = at->second->is_finished() && at->second->next() == nullptr;
        at = over ? client.streams.erase(at) : std::next(at);
    }
}

/// Whoever asked can look the call up by it: `mcpm logs --trace`.
void add_trace(http::Response& response, const gateway::Exchange& x) {
    if (auto context = gateway::trace_response_of(x); !context.empty())
        response.headers.emplace_back(trace_response, std::move(context));
}

http::Response json_answer(const ExchangePtr& x, std::string text) {
    http::Response response;
    response.status = x->status;
    response.body = std::move(text);
    add_trace(response, *x);
    return response;
}

/// The answer alone as JSON, or the stream of everything that comes.
Task<http::Response> respond(Front& front, ExchangePtr x) {
    const bool modern = x->client->kind == Client::Kind::stateless;
    std::shared_ptr<AbandonWhenGone> guard;
    if (modern) guard = std::make_shared<AbandonWhenGone>(front.gateway, x);
    front.gateway.be_patient(x, patience);
    while (!x->done && x->out->next() == nullptr && !x->is_late) {
        co_await x->out->wait();
    }
    x->patience.clear();
    const auto* const first = x->out->next();
    if (x->done && first != nullptr && first->number == x->out->last_number()) {
        co_return json_answer(x, x->out->take());
    }
    EventStream stream;
    stream.out = x->out;
    stream.ends = guard;
    if (!modern) {
        keep_stream(*x->client, x);
        stream.client = x->client;
        stream.number = x->stream;
        stream.has_ids = true;
        stream.is_primed = x->client->version >= "2025-11-25";
    }
    auto response = event_stream(std::move(stream));
    add_trace(response, *x);
    co_return response;
}

Task<http::Response> post_modern(Front& front, const http::Request& request, Scope scope,
                                 MessagePtr message) {
    const std::string_view id = message->scan.id.text;
    const auto refusal = check_modern_headers(
        request, *message, [&](std::string_view tool) { return front.gateway.tool_schema(scope, tool); },
        [&](std::string what) { front.gateway.remark(scope, std::move(what)); });
    if (refusal) return door::ready(mcp_error(*refusal, id));
    if (message->kind.kind == MessageKind::notification) return door::ready(accepted());
    if (message->kind.kind != MessageKind::request) {
        return door::ready(mcp_error(
            {400, mcp::rpc_code::invalid_request, "a client of 2026-07-28 sends no responses", {}}));
    }
    const auto client = front.gateway.stateless(std::move(scope), request.principal);
    if (front.gateway.is_traced()) client->address = address_of(request.peer);
    return respond(front, front.gateway.begin(client, std::move(message), Era::per_request, {},
                                              trace_headers(front, request)));
}

Task<http::Response> post_initialize(Front& front, http::Request& request, Scope scope, MessagePtr message) {
    auto client = front.gateway.open_session(std::move(scope), request.principal);
    if (!client) {
        co_return mcp_error({503, mcp::rpc_code::internal_error, client.error().message, {}},
                            message->scan.id.text);
    }
    (*client)->address = address_of(request.peer);
    const auto x =
        front.gateway.begin(*client, std::move(message), Era::handshake, {}, trace_headers(front, request));
    while (!x->done) {
        co_await x->out->wait_for(std::chrono::hours(1));
    }
    const auto* const answer = x->out->next();
    if (answer == nullptr)
        co_return mcp_error({400, mcp::rpc_code::invalid_request, "initialize was cancelled", {}});
    auto response = json_answer(x, answer->text);
    if (x->succeeded) {
        front.gateway.keep(*client);
        response.headers.emplace_back("Mcp-Session-Id", (*client)->id);
    }
    co_return response;
}

/// Several messages in one body (2025-03-26 alone): their answers share one stream.
http::Response post_batch(Front& front, const ClientPtr& client, const std::string& body) {
    Batch batch = read_batch(body);
    if (batch.refusal) return mcp_error(*batch.refusal);
    auto out = std::make_shared<Outbox>(front.loop, Outbox::Keep::what_was_read);
    auto open = begin_batch(front.gateway, client, std::move(batch.messages), out);
    if (open.empty()) return accepted();
    EventStream stream;
    stream.out = out;
    stream.client = client;
    stream.number = client->next_stream++;
    stream.has_ids = true;
    client->streams.emplace(stream.number, out);
    front.tasks.spawn("end a batch", finish_when_done(std::move(open), std::move(out)));
    return event_stream(std::move(stream));
}

McpRefusal unknown_version(std::string_view asked) {
    return {400, gateway::code::unsupported_version, "Unsupported protocol version",
            R"({"supported":)" + std::string(gateway::supported_versions()) + R"(,"requested":)" +
                mcp::quote(asked) + "}"};
}

McpRefusal invalid_request(std::string message) {
    return {400, mcp::rpc_code::invalid_request, std::move(message), {}};
}

/// What a session's client sent after its initialize.
Task<http::Response> post_in_session(Front& front, const ClientPtr& client, const http::Request& request,
                                     MessagePtr message) {
    if (is_batch(*message)) {
        if (client->version == "2025-03-26") return door::ready(post_batch(front, client, message->text));
        return door::ready(mcp_error(invalid_request("batches are not part of " + client->version)));
    }
    if (message->kind.kind == MessageKind::request)
        return respond(front, front.gateway.begin(client, std::move(message), Era::handshake, {},
                                                  trace_headers(front, request)));
    take_unanswered(front.gateway, client, *message);
    return door::ready(accepted());
}

/// Uses the request up.
Task<http::Response> post_legacy(Front& front, http::Request& request, Scope scope, MessagePtr message) {
    const auto version = request.header("mcp-protocol-version");
    const std::string_view id = message->scan.id.text;
    const bool batch = is_batch(*message);
    // Which version it will be is settled by the answer, whatever the header says.
    if (!batch && decode_string(message->scan.method) == "initialize" &&
        message->kind.kind == MessageKind::request) {
        return post_initialize(front, request, std::move(scope), std::move(message));
    }
    if (version && !mcp::is_handshake_version(*version))
        return door::ready(mcp_error(unknown_version(*version), id));
    const auto session = request.header("mcp-session-id");
    if (!session && batch)
        return door::ready(mcp_error(invalid_request("batches were removed in 2025-06-18")));
    if (!session) {
        return door::ready(mcp_error(
            invalid_request("Mcp-Session-Id is missing, and this is no request of 2026-07-28"), id));
    }
    const auto client = front.gateway.find_session(*session, request.principal, scope);
    if (!client) return door::ready(mcp_error(no_session(), id));
    client->address = address_of(request.peer);
    if (version && *version != client->version) {
        return door::ready(mcp_error(
            invalid_request("MCP-Protocol-Version is not what was negotiated: " + client->version), id));
    }
    return post_in_session(front, client, request, std::move(message));
}

/// "4-17" -> stream 4, item 17.
bool parse_event_id(std::string_view text, std::uint64_t& stream, std::uint64_t& item) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) return false;
    const auto first = parse_number<std::uint64_t>(text.substr(0, dash));
    const auto second = parse_number<std::uint64_t>(text.substr(dash + 1));
    stream = first.value_or(0);
    item = second.value_or(0);
    return first && second;
}

http::Response get_stream(Front& front, const http::Request& request, const Scope& scope) {
    const auto session = request.header("mcp-session-id");
    if (!session) return method_not_allowed();
    if (!accepts(request, "text/event-stream")) {
        return mcp_error(
            {406, mcp::rpc_code::invalid_request, "Not Acceptable: Accept must list text/event-stream", {}});
    }
    const auto client = front.gateway.find_session(*session, request.principal, scope);
    if (!client) return mcp_error(no_session());
    client->address = address_of(request.peer);
    EventStream stream;
    stream.client = client;
    stream.has_ids = true;
    stream.out = client->out;
    if (const auto last = request.header("last-event-id")) {
        std::uint64_t item = 0;
        if (!parse_event_id(*last, stream.number, item)) {
            return mcp_error(
                {400, mcp::rpc_code::invalid_request, "Last-Event-ID is none of this session", {}});
        }
        if (stream.number != 0) {
            const auto found = client->streams.find(stream.number);
            stream.out = found == client->streams.end() ? nullptr : found->second;
        }
        const bool is_known = stream.out && stream.out->rewind(item);
        if (!is_known && client->was_restored) {
            // Of a stream of the agent before this one: what is new comes from here on.
            stream.number = 0;
            stream.out = client->out;
            return event_stream(std::move(stream));
        }
        if (!is_known) {
            return mcp_error({400, mcp::rpc_code::invalid_request, "Last-Event-ID is no longer known", {}});
        }
        return event_stream(std::move(stream));
    }
    stream.is_primed = client->version >= "2025-11-25";
    return event_stream(std::move(stream));
}

}  // namespace

http::Response accepted() {
    http::Response response;
    response.status = 202;
    response.content_type.clear();
    return response;
}

http::Response method_not_allowed() {
    auto response =
        mcp_error({405, mcp::rpc_code::invalid_request, "Method not allowed without Mcp-Session-Id", {}});
    response.headers.emplace_back("Allow", "POST");
    return response;
}

std::string_view echoed_id(const Message& message) {
    const mcp::JsonSlice& id = message.scan.id;
    const bool is_whole = id.text.find_first_of(".eE") == std::string_view::npos;
    const bool is_one = id.type == mcp::JsonType::string || (id.type == mcp::JsonType::number && is_whole);
    return is_one && message.scan.fault == mcp::ScanFault::none ? id.text : std::string_view();
}

McpRefusal fault_of(const Message& message) {
    if (message.scan.fault == mcp::ScanFault::none || mcp::is_well_formed(message.text)) {
        return {400, mcp::rpc_code::invalid_request, std::string(message.kind.why), {}};
    }
    return {400, mcp::rpc_code::parse_error, describe_fault(message.scan), {}};
}

void take_unanswered(gateway::Gateway& gateway, const ClientPtr& client, const Message& message) {
    if (message.kind.kind == MessageKind::notification) {
        gateway.notified(client, message);
    } else {
        gateway.answered(client, message);
    }
}

Result<Scope> scope_of(Front& front, const http::Request& request) {
    Scope scope;
    if (door::names_profile(request.route) && !request.path_values.empty()) {
        scope.kind = Scope::Kind::profile;
        scope.name = request.path_values[0];
    } else if (!request.path_values.empty()) {
        scope.kind = Scope::Kind::server;
        scope.name = request.path_values[0];
    } else if (!request.profile.empty()) {
        scope.kind = Scope::Kind::profile;  // all that this client's token reaches
        scope.name = request.profile;
    }
    scope.search = request.parameter("mode") == std::string_view("search");
    if (scope.kind == Scope::Kind::server) scope.profile = request.profile;
    if (front.gateway.is_known(scope)) return scope;
    // Whether there is such a server is none of this client's business.
    if (!scope.profile.empty()) {
        return Error{ErrorCode::forbidden,
                     "this token reaches only what is in profile '" + scope.profile + "'"};
    }
    return Error{ErrorCode::server_not_found,
                 (scope.kind == Scope::Kind::profile ? "no profile '" : "no server '") + scope.name +
                     "' is offered here"};
}

http::Response no_scope(const Error& error) {
    return mcp_error({error.code == ErrorCode::forbidden ? 403u : 404u, -32001, error.message, {}});
}

/// No coroutine of its own: all but the wait for the answer is done when it is called.
Task<http::Response> mcp_post(Front& front, http::Request& request) {
    if (const auto refusal = check_media_types(request)) return door::ready(mcp_error(*refusal));
    auto scope = scope_of(front, request);
    if (!scope) return door::ready(no_scope(scope.error()));
    auto message = std::make_shared<const Message>(std::move(request.body));
    const bool batch = is_batch(*message);
    if (message->kind.kind == MessageKind::invalid && !batch) {
        auto refusal = fault_of(*message);
        const bool is_json = refusal.code == mcp::rpc_code::invalid_request;
        refusal.message = (is_json ? "Invalid Request: " : "Parse error: ") + refusal.message;
        return door::ready(mcp_error(refusal, echoed_id(*message)));
    }
    if (request.header("traceparent")) message = with_trace_context(request, std::move(message));
    if (!batch && is_per_request(request, *message))
        return post_modern(front, request, std::move(*scope), std::move(message));
    return post_legacy(front, request, std::move(*scope), std::move(message));
}

Task<http::Response> mcp_get(Front& front, http::Request& request) {
    auto scope = scope_of(front, request);
    if (!scope) co_return no_scope(scope.error());
    co_return get_stream(front, request, *scope);
}

Task<http::Response> mcp_delete(Front& front, http::Request& request) {
    auto scope = scope_of(front, request);
    if (!scope) co_return no_scope(scope.error());
    const auto session = request.header("mcp-session-id");
    if (!session) co_return method_not_allowed();
    const auto client = front.gateway.find_session(*session, request.principal, *scope);
    if (!client) co_return mcp_error(no_session());
    front.gateway.end(client);
    http::Response response;
    response.content_type.clear();
    co_return response;
}

}  // namespace mcpm::front
