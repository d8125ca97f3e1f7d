#include "agent/gateway/gateway.hpp"

#include "agent/gateway/lists.hpp"
#include "agent/gateway/state.hpp"
#include "agent/mcp/trace.hpp"
#include "common/tool_names.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mcpm::gateway {

using mcp::Era;

// --- keys ---

bool is_own_key(std::string_view key) {
    return key.find('#') != std::string_view::npos;
}

std::string server_of(std::string_view key) {
    return std::string(key.substr(0, key.find('#')));
}

// --- rules of tools ---

bool is_allowed(const Target& target, std::string_view tool) {
    if (!is_lawful_tool_name(tool)) return false;
    const auto matches = [tool](const std::string& pattern) { return glob_matches(pattern, tool); };
    const auto any = [&](const auto& patterns) {
        return std::any_of(patterns.begin(), patterns.end(), matches);
    };
    const ToolRules& rules = target.tools;
    // Another one may have got its name.
    if (!rules.rename.empty() && real_name(target, shown_name(target, tool)) != tool) return false;
    return !any(rules.deny) && (rules.allow.empty() || any(rules.allow)) &&
           (target.narrowed.empty() || any(target.narrowed));
}

std::string shown_name(const Target& target, std::string_view tool) {
    const auto& rules = target.tools;
    const auto found = rules.rename.find(std::string(tool));
    return found == rules.rename.end() ? std::string(tool) : found->second;
}

std::string real_name(const Target& target, std::string_view shown) {
    for (const auto& [from, to] : target.tools.rename) {
        if (to == shown) return from;
    }
    return std::string(shown);
}

// --- the directory ---

Gateway::State::State(Loop& loop_, mcp::Sessions& sessions_, Surroundings surroundings_,
                      GatewayLimits limits_)
    : loop(loop_),
      sessions(sessions_),
      around(std::move(surroundings_)),
      limits(limits_),
      tasks(loop_),
      deadlines(loop_, [this](Exchange& x) { on_deadline(x.shared_from_this()); }),
      patience(loop_, [](Exchange& x) {
          x.is_late = true;
          x.out->wake();
      }) {}

const std::vector<TargetPtr>& Gateway::State::targets() {
    const std::uint64_t version = around.servers_version();
    if (version == directory_version) return directory;
    directory.clear();
    for (auto& target : around.servers())
        directory.push_back(std::make_shared<const Target>(std::move(target)));
    directory_version = version;
    return directory;
}

TargetPtr Gateway::State::find_target(std::string_view name) {
    for (const auto& target : targets()) {
        if (target->name == name || target->id == name) return target;
    }
    return nullptr;
}

TargetPtr Gateway::State::target_of(const Scope& scope) {
    auto target = find_target(scope.name);
    if (scope.profile.empty() || !target) return target;
    for (auto& member : members_of_profile(scope.profile)) {
        if (member->id == target->id) return member;
    }
    return nullptr;
}

std::vector<TargetPtr> Gateway::State::members(const Scope& scope) {
    if (scope.kind == Scope::Kind::all) return targets();
    if (scope.kind == Scope::Kind::profile) return members_of_profile(scope.name);
    std::vector<TargetPtr> found;
    if (auto target = target_of(scope)) found.push_back(std::move(target));
    return found;
}

std::vector<TargetPtr> Gateway::State::members_of_profile(const std::string& profile) {
    std::vector<TargetPtr> found;
    const auto choices = around.profile ? around.profile(profile) : std::nullopt;
    if (!choices) return found;
    for (const auto& choice : *choices) {
        const auto target = find_target(choice.server);
        if (!target) continue;
        Target chosen = *target;
        // A profile narrows what the server itself offers; it never widens it.
        chosen.narrowed = choice.tools.allow;
        chosen.tools.deny.insert(chosen.tools.deny.end(), choice.tools.deny.begin(), choice.tools.deny.end());
        for (const auto& [from, to] : choice.tools.rename) chosen.tools.rename.emplace(from, to);
        found.push_back(std::make_shared<const Target>(std::move(chosen)));
    }
    return found;
}

bool Gateway::State::reaches(const Client& client, const std::string& server_id) {
    const auto reached = members(client.scope);
    return std::any_of(reached.begin(), reached.end(),
                       [&](const auto& target) { return target->id == server_id; });
}

std::vector<ClientPtr> Gateway::State::everyone() const {
    std::vector<ClientPtr> all(stdio.begin(), stdio.end());
    for (const auto& [id, client] : clients) all.push_back(client);
    return all;
}

/// From the live session; from what was kept of the last one (into `kept`); null when there is neither.
const mcp::SessionFacts* Gateway::State::facts_now(const TargetPtr& target, mcp::SessionFacts& kept) {
    if (const auto* facts = sessions.open_facts(target->id)) return facts;
    const auto known = around.kept ? around.kept(target->id) : nullptr;
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
                                  std::shared_ptr<Outbox> out) {
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
    if (client->open.size() >= limits.open_per_client) {
        fail(x, mcp::rpc_code::internal_error,
             "too many requests of this client are open: " + std::to_string(client->open.size()));
        return x;
    }
    client->open.insert(x);
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
    x->target = target_of(scope);
    if (!x->target)
        fail(x, Error{ErrorCode::server_not_found, "no server '" + scope.name + "' is offered here"});
    return x->target != nullptr;
}

/// What passes counts, not what was once read: a server may say something else without a notice.
std::function<std::string(std::string)> Gateway::State::list_filter(TargetPtr target) {
    return [weak = weak_from_this(), target = std::move(target)](std::string result) {
        FilteredList list = filtered_list(std::move(result), *target);
        const auto self = weak.lock();
        if (list.holds_back && self && self->around.look_again) self->around.look_again(target->id);
        return std::move(list.result);
    };
}

/// One server.
void Gateway::State::route(const ExchangePtr& x) {
    if (!point_at_server(x)) return;
    if (x->method.starts_with("tasks/")) {
        if (check_task(x)) submit(x);
        return;
    }
    const Target& target = *x->target;
    if (x->method == "tools/call") {
        const std::string shown = decode_string(x->message->scan.name);
        const std::string real = real_name(target, shown);
        if (!is_allowed(target, real) || shown_name(target, real) != shown) {
            return fail(x, mcp::rpc_code::invalid_params, "Unknown tool: " + shown);
        }
        if (real != shown) {
            x->params = with_string(x->message->scan.params.text, x->message->scan.name, real);
        }
    }
    if (x->method == "tools/list") x->rewrite = list_filter(x->target);
    submit(x);
}

// --- the door ---

Gateway::Gateway(Loop& loop, mcp::Sessions& sessions, Surroundings surroundings, GatewayLimits limits)
    : state_(std::make_shared<State>(loop, sessions, std::move(surroundings), limits)) {}
Gateway::~Gateway() = default;

ClientPtr Gateway::stateless(Scope scope, std::string principal) {
    return std::make_shared<Client>(state_->loop, Client::Kind::stateless, std::move(scope),
                                    std::move(principal));
}

ClientPtr Gateway::open_stdio(Scope scope, std::string principal) {
    auto client =
        std::make_shared<Client>(state_->loop, Client::Kind::stdio, std::move(scope), std::move(principal));
    state_->stdio.insert(client);
    return client;
}

bool Gateway::is_known(const Scope& scope) {
    if (scope.kind == Scope::Kind::all) return true;
    if (scope.kind == Scope::Kind::server) return state_->target_of(scope) != nullptr;
    return state_->around.profile && state_->around.profile(scope.name).has_value();
}

void Gateway::remark(const Scope& scope, std::string what) {
    ++state_->counts.remarks;
    if (const auto target = state_->target_of(scope))
        state_->sessions.trace(target->id)->remark(std::move(what));
}

ExchangePtr Gateway::begin(const ClientPtr& client, MessagePtr message, Era era,
                           std::shared_ptr<Outbox> out) {
    return state_->begin(client, std::move(message), era, std::move(out));
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
    for (const auto& client : state_->everyone()) {
        if (client->principal == principal) state_->end(client);
    }
    std::vector<ExchangePtr> listening;
    for (const auto& listen : state_->listens) {
        if (listen.exchange->client->principal == principal) listening.push_back(listen.exchange);
    }
    for (const auto& x : listening) state_->abandon(x);
    std::vector<ExchangePtr> asked;
    for (const auto& [state, x] : state_->parked) {
        if (x->client->principal == principal) asked.push_back(x);
    }
    for (const auto& x : asked) state_->abandon(x);
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
    counts.sessions = state_->clients.size() + state_->stdio.size();
    for (const auto& [key, upstream] : state_->upstreams) counts.open_calls += upstream.open.size();
    return counts;
}

Task<> Gateway::close() {
    state_->closed = true;
    // Sessions last: what nobody but a client that is not kept had subscribed to is given back before.
    while (!state_->stdio.empty()) state_->end(*state_->stdio.begin());
    while (!state_->listens.empty()) state_->end_listen(state_->listens.front().exchange);
    while (!state_->clients.empty()) state_->end(state_->clients.begin()->second);
    while (!state_->parked.empty()) {
        const ExchangePtr x = state_->parked.begin()->second;  // the entry goes
        state_->abandon(x);
    }
    for (auto& [key, upstream] : state_->upstreams) {
        while (!upstream.open.empty()) {
            const ExchangePtr x = *upstream.open.begin();
            state_->withdraw(x);
            state_->fail(x, Error{ErrorCode::unavailable, "the agent is stopping"});
        }
    }
    state_->tasks.cancel_all();
    co_await state_->tasks.drain();
}

}  // namespace mcpm::gateway
