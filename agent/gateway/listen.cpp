// subscriptions/listen (2026-07-28) on both sides: a client's is an open request here, fed by whatever the
// server sends; towards a server of that revision the gateway has one of its own.
#include "agent/gateway/listens.hpp"
#include "agent/gateway/state.hpp"

#include <utility>

namespace mcpm::gateway {

using mcp::Era;
using mcp::JsonType;

void Gateway::State::listen(const ExchangePtr& x) {
    const mcp::JsonSlice wanted = mcp::member(x->message->scan.params.text, "notifications");
    if (wanted.type != JsonType::object) {
        return fail(x, mcp::rpc_code::invalid_params, "Invalid params: no notifications to listen for", {},
                    400);
    }
    const Scope& scope = x->client->scope;
    const auto reached = scopes.members(scope);
    const bool many = scope.kind != Scope::Kind::server;
    if (reached.empty() && !many)
        return fail(x, Error{ErrorCode::server_not_found, "no server '" + scope.name + "' is offered here"});
    const ListenFilter asked = read_listen_filter(wanted.text);
    ListenFilter granted;
    if (many) granted = ListenFilter{asked.tools, asked.prompts, asked.resources, {}};
    for (const auto& target : reached) {
        mcp::SessionFacts kept;
        if (const auto* const facts = facts_now(target, kept)) grant(granted, asked, *facts);
    }
    const Listen& listen = listens.add(x, std::move(granted));
    x->out->push(
        mcp::make_notification("notifications/subscriptions/acknowledged",
                               "{" + listen.meta() + R"(,"notifications":)" + listen.filter.text() + "}"),
        Outbox::Weight::answer);
    const auto holds = std::make_shared<std::vector<std::shared_ptr<void>>>();  // one of each lazy server
    x->hold = holds;
    for (const auto& target : reached) {
        if (target->is_lazy && !asked.uris.empty()) holds->push_back(directory.hold(target->id));
        subscribe_for(x, target, asked.uris_marked(scopes.mark(scope, target->id)));
        listen_upstream(target->id);
    }
}

/// A server of the handshake era has subscriptions in place of listening. One that sleeps gets them from
/// session_opened().
void Gateway::State::subscribe_for(const ExchangePtr& x, const TargetPtr& target,
                                   const std::set<std::string>& uris) {
    mcp::SessionFacts kept;
    Upstream& up = upstream(target->id);
    const auto* const facts = facts_now(target, kept);
    if (facts == nullptr || facts->era == Era::per_request) return;
    for (const auto& uri : uris) {
        const bool first = up.subscribers.add(uri, *x->client);
        x->client->subscriptions.emplace(target->id, uri);
        if (first) tell_server(target->id, "resources/subscribe", uri_params(uri));
    }
}

void Gateway::State::end_listen(const ExchangePtr& given) {
    // `given` may be a part of the entry that is removed.
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization)
    const ExchangePtr x = given;
    if (!listens.remove(x)) return;
    // Subscriptions at a server of the handshake era were made in the name of the client of this one request.
    if (x->client->kind == Client::Kind::stateless) {
        const auto subscriptions = x->client->subscriptions;
        for (const auto& [server_id, uri] : subscriptions) release(*x->client, server_id, uri);
    }
    succeed(x, R"({"resultType":"complete",)" + Listen{x, {}}.meta() + "}");
    for (const auto& target : scopes.members(x->client->scope)) listen_upstream(target->id);
}

/// What a server said to all who listen to it.
void Gateway::State::notify_listens(const std::string& server_id, std::string_view method,
                                    std::string_view uri, std::string_view params) {
    for (const auto& listen : listens.all()) {
        const Client& client = *listen.exchange->client;
        if (!scopes.reaches(client.scope, server_id)) continue;
        const std::string mark = uri.empty() ? std::string() : scopes.mark(client.scope, server_id);
        const std::string shown = mark + std::string(uri);
        if (!listen.filter.wants(method, uri.empty() ? uri : std::string_view(shown))) continue;
        listen.tell(method, mark.empty() ? params : std::string_view(uri_params(shown)));
    }
}

/// To all who listen to many servers as one.
void Gateway::State::notify_aggregate_listens(std::string_view method) {
    for (const auto& listen : listens.all()) {
        const bool many = listen.exchange->client->scope.kind != Scope::Kind::server;
        if (many && listen.filter.wants(method, {})) listen.tell(method, {});
    }
}

/// The gateway's own subscriptions/listen at a server of 2026-07-28: one for all clients, made again when
/// they want something else.
void Gateway::State::listen_upstream(const std::string& key) {
    const auto* const facts = sessions.open_facts(key);
    const auto found = upstreams.find(key);
    if (facts == nullptr || facts->era != Era::per_request || found == upstreams.end()) return;
    Upstream& up = found->second;
    std::set<std::string> uris = up.subscribers.uris();
    for (const auto& listen : listens.all()) {
        const Client& client = *listen.exchange->client;
        if (scopes.reaches(client.scope, server_of(key)))
            uris.merge(listen.filter.uris_marked(scopes.mark(client.scope, server_of(key))));
    }
    if (up.listen != 0 && uris == up.listened) return;
    const std::string params = R"({"notifications":)" + ListenFilter{true, true, true, uris}.text() + "}";
    mcp::Forward request;
    request.method = "subscriptions/listen";
    request.params = params;
    request.done = [weak = weak_from_this(), key](mcp::Answer) {
        const auto self = weak.lock();
        if (!self) return;
        const auto ended = self->upstreams.find(key);
        if (ended != self->upstreams.end()) ended->second.listen = 0;
    };
    const auto sent = sessions.forward(key, std::move(request));
    if (!sent) return;
    if (up.listen != 0) sessions.cancel(key, up.listen, "asked again with another filter");
    up.listen = *sent;
    up.listened = std::move(uris);
}

void Gateway::State::session_opened(const std::string& key) {
    offers_may_have_changed();
    Upstream& up = upstream(key);
    up.level.reset();
    up.listen = 0;
    // A server that is back may offer something else; whoever listens looks again.
    if (std::exchange(up.has_been_open, true)) {
        for (const char* what : {"tools", "prompts", "resources"}) {
            on_list_changed(key, "notifications/" + std::string(what) + "/list_changed");
        }
    }
    tell_level(key);
    listen_upstream(key);
    const auto* const facts = sessions.open_facts(key);
    if (facts == nullptr || facts->era == Era::per_request) return;
    for (const auto& uri : up.subscribers.uris()) {
        tell_server(key, "resources/subscribe", uri_params(uri));
    }
}

/// The session's calls have failed by now. What its server was told goes with it.
void Gateway::State::session_ended(const std::string& key) {
    offers_may_have_changed();
    const auto found = upstreams.find(key);
    if (found == upstreams.end()) return;
    found->second.listen = 0;
    found->second.level.reset();
    found->second.roots = {};
    const ClientPtr owner = own_processes.owner(key);
    if (owner) owner->own_changed.notify_all();
}

}  // namespace mcpm::gateway
