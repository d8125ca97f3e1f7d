// Clients: how they open, what they wish for (levels, subscriptions), how they end.
#include "agent/gateway/shown_uris.hpp"
#include "agent/gateway/state.hpp"
#include "agent/gateway/ui_uris.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::gateway {

using mcp::Era;
using mcp::JsonType;

namespace {

bool can_log(const mcp::SessionFacts& facts) {
    return facts.era == Era::per_request || has_member(facts.capabilities, "logging");
}

}  // namespace

Result<ClientPtr> Gateway::open_session(Scope scope, std::string principal) {
    return state_->clients.open_session(std::move(scope), std::move(principal));
}

ClientPtr Gateway::open_stdio(Scope scope, std::string principal) {
    return state_->clients.open_stdio(std::move(scope), std::move(principal));
}

void Gateway::keep(const ClientPtr& client) {
    state_->clients.keep(client);
    state_->arm_sweep();
    state_->directory.sessions_changed();
}

ClientPtr Gateway::find_session(std::string_view id, std::string_view principal, const Scope& scope) {
    return state_->clients.find(id, principal, scope);
}

std::string Gateway::sessions_text() const {
    return state_->clients.text();
}

/// Servers have the subscriptions still: they have not noticed that there is another agent. A server that is
/// started anew is told by session_opened().
std::size_t Gateway::restore_sessions(std::string_view text) {
    const auto subscribed = [&](Client& client, const std::string& server_id, const std::string& uri) {
        state_->upstream(server_id).subscribers.add(uri, client);
    };
    const std::size_t restored = state_->clients.restore(text, subscribed);
    if (restored > 0) state_->arm_sweep();
    // The clients' servers were taken over before: one that is listened to is asked for what they subscribed
    // to as well.
    for (const auto& [server_id, up] : state_->upstreams) {
        if (!up.subscribers.is_empty()) state_->listen_upstream(server_id);
    }
    return restored;
}

void Gateway::finish_streams() {
    for (const auto& client : state_->clients.everyone()) {
        client->out->finish();
        for (const auto& [number, stream] : client->streams) {
            if (!stream->is_finished() && client->open.empty()) stream->finish();
        }
    }
}

std::string own_uri(const Scope& scope, const std::string& shown) {
    if (scope.kind == Scope::Kind::server) return shown;
    return is_ui_uri(shown) ? own_ui_uri(shown) : shown.substr(mark_of(shown).size());
}

// --- opening ---

void Gateway::State::initialize(const ExchangePtr& x) {
    if (x->client->kind == Client::Kind::stateless) {
        return fail(x, mcp::rpc_code::method_not_found, "Method not found: initialize", {}, 404);
    }
    const std::string_view params = x->message->scan.params.text;
    const mcp::JsonSlice version = mcp::member(params, "protocolVersion");
    if (version.type != JsonType::string) {
        return fail(x, mcp::rpc_code::invalid_params, "Invalid params: initialize has no protocolVersion", {},
                    400);
    }
    Client& client = *x->client;
    client.version = negotiated_version(decode_string(version));
    const mcp::JsonSlice capabilities = mcp::member(params, "capabilities");
    client.capabilities = capabilities.type == JsonType::object ? capabilities.text : "{}";
    client.name = decode_string(mcp::member(mcp::member(params, "clientInfo").text, "name"));
    if (client.scope.kind != Scope::Kind::server) return answer_initialize(x, aggregate_facts(client.scope));
    if (!point_at_server(x)) return;
    mcp::SessionFacts kept;
    if (const auto* facts = facts_now(x->target, kept)) return answer_initialize(x, *facts);
    tasks.spawn("open " + x->target->name, open_when_awake(shared_from_this(), x));
}

void Gateway::State::answer_initialize(const ExchangePtr& x, const mcp::SessionFacts& facts) {
    mcp::SessionFacts shown = facts;
    // The level of each client is kept here and sent along with its requests.
    if (facts.era == Era::per_request && !has_member(facts.capabilities, "logging")) {
        shown.capabilities = with_members(facts.capabilities, R"("logging":{})");
    }
    succeed(x, initialize_result(shown, x->client->version));
}

void Gateway::State::discover(const ExchangePtr& x) {
    const Scope& scope = x->client->scope;
    if (scope.kind != Scope::Kind::server) return succeed(x, discover_result(aggregate_facts(scope)));
    if (!point_at_server(x)) return;
    mcp::SessionFacts kept;
    if (const auto* facts = facts_now(x->target, kept)) return succeed(x, discover_result(*facts));
    tasks.spawn("open " + x->target->name, open_when_awake(shared_from_this(), x));
}

/// For a server of which nothing is known yet: its client waits until it was started.
Task<> Gateway::State::open_when_awake(std::shared_ptr<State> self, ExchangePtr x) {
    self->arm_deadline(x, self->limits.call);
    const auto woke = co_await self->directory.wake(x->target->id);
    if (x->done) co_return;
    const auto* const facts = self->sessions.open_facts(x->target->id);
    if (x->method == "server/discover") {
        mcp::SessionFacts nothing;
        nothing.server_info = R"({"name":)" + mcp::quote(x->target->name) + R"(,"version":"0"})";
        self->succeed(x, discover_result(facts != nullptr ? *facts : nothing));
    } else if (!woke) {
        self->fail(x, woke.error());
    } else if (facts != nullptr) {
        self->answer_initialize(x, *facts);
    } else {
        self->fail(
            x, Error{ErrorCode::unavailable, "open '" + x->target->name + "': its session has just ended"});
    }
}

// --- wishes ---

void Gateway::State::set_level(const ExchangePtr& x) {
    const std::string name = decode_string(mcp::member(x->message->scan.params.text, "level"));
    const auto level = log_level(name);
    if (!level) return fail(x, mcp::rpc_code::invalid_params, "Invalid params: no log level '" + name + "'");
    x->client->level = *level;
    directory.sessions_changed();
    for (const auto& target : scopes.members(x->client->scope)) {
        const auto* const facts = sessions.open_facts(target->id);
        if (facts != nullptr && can_log(*facts)) {
            upstream(target->id);
            tell_level(target->id);
        }
    }
    for (const auto& [server_id, key] : x->client->own_sessions) tell_level(key);
    succeed(x, "{}");
}

/// The most verbose level that anybody wants goes to a server of the handshake era.
void Gateway::State::tell_level(const std::string& key) {
    const auto* const facts = sessions.open_facts(key);
    const auto found = upstreams.find(key);
    if (facts == nullptr || found == upstreams.end() || facts->era == Era::per_request || !can_log(*facts))
        return;
    Upstream& up = found->second;
    std::optional<int> wanted;
    const auto want = [&wanted](const std::optional<int>& level) {
        if (level && (!wanted || *level < *wanted)) wanted = level;
    };
    for (const auto& client : clients.everyone()) {
        if (client->level && scopes.reaches(client->scope, server_of(key))) want(client->level);
    }
    for (const auto& x : up.open) want(x->level);
    if (!wanted || wanted == up.level) return;
    up.level = wanted;
    const std::string params = R"({"level":")" + std::string(log_level_name(*wanted)) + "\"}";
    if (!tell_server(key, "logging/setLevel", params)) up.level.reset();
}

void Gateway::State::subscribe(const ExchangePtr& x) {
    const mcp::JsonSlice uri = x->message->scan.uri;
    if (uri.type != JsonType::string) return fail(x, mcp::rpc_code::invalid_params, "Invalid params: no uri");
    const std::string shown = decode_string(uri);
    x->target = scopes.owner_of_uri(x->client->scope, shown);
    if (!x->target) return fail(x, not_found_code(x->era), "Resource not found: " + shown);
    const std::string name = own_uri(x->client->scope, shown);
    if (name != shown) {
        x->client->shown_uris[{x->target->id, name}] = shown;
        show_other_uri(x, shown);
    }
    x->client->subscriptions.emplace(x->target->id, name);
    directory.sessions_changed();
    const auto* const facts = sessions.open_facts(x->target->id);
    const bool is_handshake = facts == nullptr || facts->era == Era::handshake;
    if (is_handshake && needs_own(*x)) return submit(x);
    Upstream& up = upstream(x->target->id);
    const bool first = up.subscribers.add(name, *x->client);
    if (facts != nullptr && facts->era == Era::per_request) {
        listen_upstream(x->target->id);
        return succeed(x, "{}");
    }
    if (!first) return succeed(x, "{}");
    submit(x);
}

void Gateway::State::unsubscribe(const ExchangePtr& x) {
    if (x->message->scan.uri.type == JsonType::string) {
        const std::string uri = decode_string(x->message->scan.uri);
        const auto target = scopes.owner_of_uri(x->client->scope, uri);
        if (target) release(*x->client, target->id, own_uri(x->client->scope, uri));
    }
    succeed(x, "{}");
}

/// The client's subscription ends; the server's ends with the last client's.
void Gateway::State::release(Client& client, const std::string& server_id, const std::string& uri) {
    client.subscriptions.erase({server_id, uri});
    directory.sessions_changed();
    client.shown_uris.erase({server_id, uri});
    if (const auto own = client.own_sessions.find(server_id); own != client.own_sessions.end())
        tell_server(own->second, "resources/unsubscribe", uri_params(uri));
    const auto found = upstreams.find(server_id);
    if (found == upstreams.end() || !found->second.subscribers.remove(uri, client)) return;
    const auto* const facts = sessions.open_facts(server_id);
    if (facts == nullptr) return;
    // A session and its subscriptions go on in the agent that comes after this one.
    if (closed && client.kind == Client::Kind::session) return;
    if (facts->era == Era::per_request) return listen_upstream(server_id);
    tell_server(server_id, "resources/unsubscribe", uri_params(uri));
}

// --- the end ---

void Gateway::State::end(const ClientPtr& given, std::string_view error) {
    // `given` may be in a map that it is erased from.
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization)
    const ClientPtr client = given;
    if (!client->is_open) return;
    client->is_open = false;
    const bool goes_on = closed && sessions_go_on && client->kind == Client::Kind::session;
    if (!goes_on) note_duration(*client, error, durations);
    clients.remove(client);
    directory.sessions_changed();
    const auto open = client->open;
    // Calls that wait for a place are given up first: none of them gets the place of one that was sent.
    for (const auto& x : open) {
        if (x->call == 0) abandon(x);
    }
    for (const auto& x : open) abandon(x);
    const auto subscriptions = client->subscriptions;
    for (const auto& [server_id, uri] : subscriptions) release(*client, server_id, uri);
    for (const auto& [server_id, key] : client->own_sessions) {
        end_own(key);
    }
    client->out->finish();
    for (const auto& [number, stream] : client->streams) stream->finish();
    if (client->level) {
        for (const auto& [key, up] : upstreams) tell_level(key);
    }
}

void Gateway::State::arm_sweep() {
    if (sweeping || closed) return;
    sweeping = true;
    tasks.spawn("reap idle sessions", sweep_sessions(shared_from_this()));
}

/// Runs only while there are sessions, and ends those that are idle.
Task<> Gateway::State::sweep_sessions(std::shared_ptr<State> self) {
    const Clock::duration pause =
        std::min<Clock::duration>(self->limits.session_idle / 4, std::chrono::minutes(1));
    while (self->clients.has_sessions()) {
        co_await sleep_for(std::max<Clock::duration>(pause, std::chrono::milliseconds(50)));
        for (const auto& client : self->clients.idle(self->limits.session_idle)) self->end(client);
    }
    self->sweeping = false;
}

}  // namespace mcpm::gateway
