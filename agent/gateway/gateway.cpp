#include "agent/gateway/gateway.hpp"

#include "agent/gateway/lists.hpp"
#include "agent/gateway/state.hpp"
#include "agent/gateway/tool_edits.hpp"
#include "agent/mcp/trace.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mcpm::gateway {

using mcp::Era;

Gateway::State::State(Loop& loop_, mcp::Sessions& sessions_, Directory& directory_, GatewayLimits limits_)
    : loop(loop_),
      sessions(sessions_),
      directory(directory_),
      scopes(directory_),
      limits(limits_),
      tasks(loop_),
      deadlines(loop_, [this](Exchange& x) { on_deadline(x.shared_from_this()); }),
      patience(loop_,
               [](Exchange& x) {
                   x.is_late = true;
                   x.out->wake();
               }),
      clients(loop_, limits_.sessions),
      parked(limits_.parked) {}

/// What is known of a server: from its live session, else from what was kept of the last one (copied into
/// `kept`); null when there is neither.
const mcp::SessionFacts* Gateway::State::facts_now(const TargetPtr& target, mcp::SessionFacts& kept) {
    if (const auto* facts = sessions.open_facts(target->id)) return facts;
    const auto known = directory.kept(target->id);
    if (!known || known->facts.protocol_version.empty()) return nullptr;
    kept = known->facts;
    return &kept;
}

// --- dispatch ---

namespace {

struct Row {
    std::string_view method;
    Era era;
    void (Gateway::State::*run)(const ExchangePtr&);
};

const Row* find_row(std::string_view method) {
    using State = Gateway::State;
    static constexpr std::array<Row, 7> rows{{
        {"initialize", Era::handshake, &State::initialize},
        {"ping", Era::handshake, &State::ping},
        {"logging/setLevel", Era::handshake, &State::set_level},
        {"resources/subscribe", Era::handshake, &State::subscribe},
        {"resources/unsubscribe", Era::handshake, &State::unsubscribe},
        {"server/discover", Era::per_request, &State::discover},
        {"subscriptions/listen", Era::per_request, &State::listen},
    }};
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.method == method; });
    return found == rows.end() ? nullptr : &*found;
}

}  // namespace

ExchangePtr Gateway::State::begin(const ClientPtr& client, MessagePtr message, Era era,
                                  std::shared_ptr<Outbox> out, const TraceHeaders& headers) {
    auto x = std::make_shared<Exchange>(client, std::move(message));
    x->id = x->message->scan.id.text;
    x->method = decode_string(x->message->scan.method);
    x->era = era;
    x->owns_out = out == nullptr;
    x->out = x->owns_out ? std::make_shared<Outbox>(loop, client->kind == Client::Kind::session
                                                              ? Outbox::Keep::what_was_read
                                                              : Outbox::Keep::nothing)
                         : std::move(out);
    client->used = Clock::now();
    begin_trace(*x, tracer, headers);
    if (client->open.size() >= limits.open_per_client) {
        fail(x, mcp::rpc_code::internal_error,
             "too many requests of this client are open: " + std::to_string(client->open.size()));
        return x;
    }
    client->open.insert(x);
    client->used = Clock::now();
    ++counts.calls;
    dispatch(x);
    return x;
}

void Gateway::State::dispatch(const ExchangePtr& x) {
    if (closed) return fail(x, Error{ErrorCode::unavailable, "the agent is stopping"});
    if (x->era == Era::per_request && !check_envelope(x)) return;
    if (x->era == Era::handshake) x->capabilities = x->client->capabilities;
    if (resume(x) || take_roots(x)) return;
    if (const Row* const row = find_row(x->method)) {
        if (row->era == x->era) return (this->*row->run)(x);
        return fail(x, mcp::rpc_code::method_not_found, "Method not found: " + x->method, {}, 404);
    }
    if (x->client->scope.kind == Scope::Kind::server) return route(x);
    route_aggregate(x);
}

void Gateway::State::ping(const ExchangePtr& x) {
    succeed(x, "{}");
}

/// The members of `_meta` that 2026-07-28 demands; fails the request when they are not there.
bool Gateway::State::check_envelope(const ExchangePtr& x) {
    const Envelope envelope = read_envelope(x->message->scan);
    const auto refuse = [&](std::string_view what) {
        fail(x, mcp::rpc_code::invalid_params,
             "Invalid params: _meta has no io.modelcontextprotocol/" + std::string(what), {}, 400);
        return false;
    };
    if (envelope.version.type != mcp::JsonType::string) return refuse("protocolVersion");
    if (decode_string(envelope.version) != mcp::per_request_version) {
        fail(x, code::unsupported_version, "Unsupported protocol version",
             R"({"supported":)" + std::string(supported_versions()) + R"(,"requested":)" +
                 std::string(envelope.version.text) + "}",
             400);
        return false;
    }
    if (envelope.capabilities.type != mcp::JsonType::object) return refuse("clientCapabilities");
    x->capabilities = envelope.capabilities.text;
    if (envelope.log_level) x->level = log_level(decode_string(envelope.log_level));
    if (x->client->name.empty()) x->client->name = envelope.client;
    return true;
}

/// The one server of the client's address; fails the request when it is not offered.
bool Gateway::State::point_at_server(const ExchangePtr& x) {
    const Scope& scope = x->client->scope;
    x->target = scopes.target_of(scope);
    if (!x->target)
        fail(x, Error{ErrorCode::server_not_found, "no server '" + scope.name + "' is offered here"});
    return x->target != nullptr;
}

/// For tools/list of one server. The rules are applied to each list as it passes, because a server may change
/// its tools without a notice.
std::function<std::string(std::string)> Gateway::State::list_filter(TargetPtr target) {
    return [weak = weak_from_this(), target = std::move(target)](std::string result) {
        FilteredList list = filtered_list(std::move(result), *target);
        const auto self = weak.lock();
        if (list.holds_back && self) self->directory.look_again(target->id);
        return std::move(list.result);
    };
}

/// A tool that the server offers and nobody has approved: a trace says so, the client does not hear of it.
void Gateway::State::note_held(Exchange& x, std::string_view tool) {
    if (!x.trace || !x.target->approved || !find_tool(*x.target->approved, tool).empty()) return;
    const auto kept = directory.kept(x.target->id);
    if (kept && !find_tool(kept->tools, tool).empty()) note_event(x, "held");
}

/// A request at the address of one server.
void Gateway::State::route(const ExchangePtr& x) {
    if (!point_at_server(x)) return;
    if (x->method.starts_with("tasks/")) {
        if (point_at_task(x)) submit(x);
        return;
    }
    const Target& target = *x->target;
    if (x->method == "tools/call") {
        const std::string shown = decode_string(x->message->scan.name);
        const std::string real = real_name(target, shown);
        if (!is_allowed(target, real) || shown_name(target, real) != shown) {
            note_held(*x, real);
            return fail(x, mcp::rpc_code::invalid_params, "Unknown tool: " + shown);
        }
        if (real != shown) {
            x->params = with_string(x->message->scan.params.text, x->message->scan.name, real);
        }
        return submit_call(x);
    }
    if (x->method == "tools/list") x->rewrite = list_filter(x->target);
    submit(x);
}

// --- the door ---

Gateway::Gateway(Loop& loop, mcp::Sessions& sessions, Directory& directory, GatewayLimits limits)
    : state_(std::make_shared<State>(loop, sessions, directory, limits)) {}
Gateway::~Gateway() = default;

ClientPtr Gateway::stateless(Scope scope, std::string principal) {
    return std::make_shared<Client>(state_->loop, Client::Kind::stateless, std::move(scope),
                                    std::move(principal));
}

bool Gateway::is_known(const Scope& scope) {
    return state_->scopes.is_known(scope);
}

std::string Gateway::tool_schema(const Scope& scope, std::string_view tool) {
    return state_->scopes.tool_schema(scope, tool);
}

void Gateway::remark(const Scope& scope, std::string what) {
    if (const auto target = state_->scopes.target_of(scope))
        state_->sessions.trace(target->id)->remark(std::move(what));
}

ExchangePtr Gateway::begin(const ClientPtr& client, MessagePtr message, Era era, std::shared_ptr<Outbox> out,
                           const TraceHeaders& headers) {
    return state_->begin(client, std::move(message), era, std::move(out), headers);
}
void Gateway::trace_calls(traces::Tracer& tracer) {
    state_->tracer = &tracer;
}
void Gateway::keep_durations(traces::DurationBook& durations) {
    state_->durations = &durations;
}
void Gateway::end_sessions_here() {
    state_->sessions_go_on = false;
}
bool Gateway::is_traced() const {
    return state_->tracer != nullptr;
}
void Gateway::be_patient(const ExchangePtr& exchange, Duration limit) {
    if (!exchange->done) state_->patience.set(exchange->patience, Clock::now() + limit);
}
void Gateway::notified(const ClientPtr& client, const Message& message) {
    state_->notified(client, message);
}
void Gateway::answered(const ClientPtr& client, const Message& message) {
    state_->answered(client, message);
}
void Gateway::abandon(const ExchangePtr& exchange) {
    state_->abandon(exchange);
}
void Gateway::end(const ClientPtr& client) {
    state_->end(client);
}
void Gateway::end_all_of(std::string_view principal) {
    for (const auto& client : state_->clients.of_principal(principal))
        state_->end(client, wire_name(ErrorCode::unauthorized));
    for (const auto& x : state_->listens.of_principal(principal)) state_->abandon(x);
    for (const auto& x : state_->parked.of_principal(principal)) state_->abandon(x);
}
void Gateway::session_opened(const std::string& key) {
    state_->session_opened(key);
}
void Gateway::session_ended(const std::string& key) {
    state_->session_ended(key);
}
bool Gateway::on_request(const std::string& key, const mcp::MessageScan& request) {
    return state_->on_request(key, request);
}
void Gateway::on_notification(const std::string& key, std::string_view text) {
    state_->on_notification(key, text);
}

Usage& Gateway::usage() {
    return state_->usage;
}

Gateway::Counts Gateway::counts() const {
    Counts counts = state_->counts;
    counts.sessions = state_->clients.size();
    for (const auto& [key, upstream] : state_->upstreams) {
        counts.open_calls += upstream.open.size();
        counts.queued_calls += upstream.queue.size();
    }
    return counts;
}

/// Fails the open calls of one session. Those that wait for a place go first: none of them is sent any more.
void Gateway::State::end_calls(const std::string& key) {
    const auto found = upstreams.find(key);
    if (found == upstreams.end()) return;
    Upstream& up = found->second;
    std::vector<ExchangePtr> calls;
    while (ExchangePtr next = up.queue.pop([](const ExchangePtr& x) { return x->done; }))
        calls.push_back(std::move(next));
    calls.insert(calls.end(), up.open.begin(), up.open.end());
    for (const auto& x : calls) {
        withdraw(x);
        fail(x, Error{ErrorCode::unavailable, "the agent is stopping"});
    }
}

Task<> Gateway::close() {
    state_->closed = true;
    // HTTP sessions end last, because what they subscribed to stays: the next agent goes on with them. What
    // only the others had subscribed to is given back to the servers here.
    for (const auto& client : state_->clients.everyone()) {
        if (client->kind == Client::Kind::stdio) state_->end(client);
    }
    while (!state_->listens.is_empty()) state_->end_listen(state_->listens.all().front().exchange);
    for (const auto& client : state_->clients.everyone()) state_->end(client);
    while (!state_->parked.is_empty()) state_->abandon(state_->parked.any());
    std::vector<std::string> keys;  // entries of processes of one call's own are erased with the call
    for (const auto& [key, upstream] : state_->upstreams) keys.push_back(key);
    for (const auto& key : keys) state_->end_calls(key);
    state_->tasks.cancel_all();
    co_await state_->tasks.drain();
}

}  // namespace mcpm::gateway
