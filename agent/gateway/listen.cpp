// subscriptions/listen (2026-07-28) on both sides: a client's is an open request here, fed by whatever the
// server sends; towards a server of that revision the gateway has one of its own.
#include "agent/gateway/state.hpp"
#include "common/json_walk.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::gateway {

using mcp::Era;
using mcp::JsonType;

namespace {

constexpr std::string_view subscription_key = "io.modelcontextprotocol/subscriptionId";

bool is_true(std::string_view object, std::string_view name) {
    return mcp::member(object, name).text == "true";
}

/// Whether capabilities.PART.FLAG is true.
bool offers(const mcp::SessionFacts& facts, std::string_view part, std::string_view flag) {
    const mcp::JsonSlice member = mcp::member(facts.capabilities, part);
    return member.type == JsonType::object && is_true(member.text, flag);
}

std::string meta_of(const ExchangePtr& x) {
    return R"("_meta":{")" + std::string(subscription_key) + "\":" + x->id + "}";
}

void add_flag(std::string& filter, std::string_view name, bool is_set) {
    if (!is_set) return;
    if (filter.size() > 1) filter.push_back(',');
    filter.append("\"").append(name).append("\":true");
}

std::string filter_text(bool tools, bool prompts, bool resources, const std::set<std::string>& uris) {
    std::string filter = "{";
    add_flag(filter, "toolsListChanged", tools);
    add_flag(filter, "promptsListChanged", prompts);
    add_flag(filter, "resourcesListChanged", resources);
    if (!uris.empty()) {
        if (filter.size() > 1) filter.push_back(',');
        filter += R"("resourceSubscriptions":[)";
        for (const auto& uri : uris) filter.append(uri == *uris.begin() ? "" : ",").append(mcp::quote(uri));
        filter += "]";
    }
    return filter + "}";
}

/// What clients of many servers see before a server's URIs.
std::string mark_for(Gateway::State& state, const Listen& listen, const std::string& server_id) {
    const Scope& scope = listen.exchange->client->scope;
    return scope.kind == Scope::Kind::server ? std::string() : state.catalog(scope).mark(server_id);
}

/// Of the URIs that are asked for, those of one server, as it calls them.
std::set<std::string> own_uris(const std::set<std::string>& asked, const std::string& mark) {
    std::set<std::string> own;
    for (const auto& uri : asked) {
        if (uri.starts_with(mark)) own.insert(uri.substr(mark.size()));
    }
    return own;
}

bool wants(const Listen& listen, std::string_view method, std::string_view uri) {
    if (method == "notifications/tools/list_changed") return listen.tools;
    if (method == "notifications/prompts/list_changed") return listen.prompts;
    if (method == "notifications/resources/list_changed") return listen.resources;
    return std::any_of(listen.uris.begin(), listen.uris.end(), [&](const std::string& one) {
        return !uri.empty() && (uri == one || uri.starts_with(one + "/"));
    });
}

void tell(const Listen& listen, std::string_view method, std::string_view params) {
    const std::string with_id = with_members(params.empty() ? "{}" : params, meta_of(listen.exchange));
    listen.exchange->out->push(mcp::make_notification(method, with_id), Outbox::Weight::notice);
}

}  // namespace

void Gateway::State::listen(const ExchangePtr& x) {
    const mcp::JsonSlice wanted = mcp::member(x->message->scan.params.text, "notifications");
    if (wanted.type != JsonType::object) {
        return fail(x, mcp::rpc_code::invalid_params, "Invalid params: no notifications to listen for", {},
                    400);
    }
    Listen listen;
    listen.exchange = x;
    std::set<std::string> asked_uris;
    for_each_element(mcp::member(wanted.text, "resourceSubscriptions").text, [&](const mcp::JsonSlice& uri) {
        if (uri.type == JsonType::string && asked_uris.size() < 1024) asked_uris.insert(decode_string(uri));
    });
    const auto reached = members(x->client->scope);
    if (reached.empty() && x->client->scope.kind == Scope::Kind::server) {
        return fail(x, Error{ErrorCode::server_not_found,
                             "no server '" + x->client->scope.name + "' is offered here"});
    }
    const bool many = x->client->scope.kind != Scope::Kind::server;
    listen.tools = many && is_true(wanted.text, "toolsListChanged");
    listen.prompts = many && is_true(wanted.text, "promptsListChanged");
    listen.resources = many && is_true(wanted.text, "resourcesListChanged");
    for (const auto& target : reached) {
        mcp::SessionFacts kept;
        const auto* const facts = facts_now(target, kept);
        if (facts == nullptr) continue;
        listen.tools |= is_true(wanted.text, "toolsListChanged") && offers(*facts, "tools", "listChanged");
        listen.prompts |=
            is_true(wanted.text, "promptsListChanged") && offers(*facts, "prompts", "listChanged");
        listen.resources |=
            is_true(wanted.text, "resourcesListChanged") && offers(*facts, "resources", "listChanged");
        if (offers(*facts, "resources", "subscribe")) listen.uris = asked_uris;
    }
    const std::string granted = filter_text(listen.tools, listen.prompts, listen.resources, listen.uris);
    x->out->push(mcp::make_notification("notifications/subscriptions/acknowledged",
                                        "{" + meta_of(x) + R"(,"notifications":)" + granted + "}"),
                 Outbox::Weight::answer);
    listens.push_back(std::move(listen));
    const auto holds = std::make_shared<std::vector<std::shared_ptr<void>>>();  // one of each lazy server
    x->hold = holds;
    for (const auto& target : reached) {
        if (target->is_lazy && around.hold && !asked_uris.empty()) holds->push_back(around.hold(target->id));
        subscribe_for(x, target, own_uris(asked_uris, mark_for(*this, listens.back(), target->id)));
        listen_upstream(target->id);
    }
}

/// At a server of the handshake era, which knows no listening; at one that sleeps as soon as it is awake.
void Gateway::State::subscribe_for(const ExchangePtr& x, const TargetPtr& target,
                                   const std::set<std::string>& uris) {
    mcp::SessionFacts kept;
    Upstream& up = upstream(target->id);
    const auto* const facts = facts_now(target, kept);
    if (facts == nullptr || facts->era == Era::per_request) return;
    for (const auto& uri : uris) {
        auto& subscribers = up.subscribers[uri];
        const bool first = subscribers.empty();
        subscribers.insert(x->client.get());
        x->client->subscriptions.emplace(target->id, uri);
        if (first) tell_server(target->id, "resources/subscribe", uri_params(uri));
    }
}

void Gateway::State::end_listen(const ExchangePtr& given) {
    const ExchangePtr x = given;
    const auto found =
        std::find_if(listens.begin(), listens.end(), [&](const Listen& one) { return one.exchange == x; });
    if (found == listens.end()) return;
    const Listen ended = std::move(*found);
    listens.erase(found);
    // Subscriptions at a server of the handshake era were made in the name of the client of this one request.
    if (x->client->kind == Client::Kind::stateless) {
        const auto subscriptions = x->client->subscriptions;
        for (const auto& [server_id, uri] : subscriptions) release(*x->client, server_id, uri);
    }
    succeed(x, R"({"resultType":"complete",)" + meta_of(x) + "}");
    for (const auto& target : members(x->client->scope)) listen_upstream(target->id);
}

void Gateway::State::notify_listens(const std::string& server_id, std::string_view method,
                                    std::string_view uri, std::string_view params) {
    for (const auto& listen : listens) {
        const ExchangePtr& x = listen.exchange;
        if (!reaches(*x->client, server_id)) continue;
        const std::string mark = uri.empty() ? std::string() : mark_for(*this, listen, server_id);
        const std::string shown = mark + std::string(uri);
        if (!wants(listen, method, uri.empty() ? uri : std::string_view(shown))) continue;
        tell(listen, method, mark.empty() ? params : std::string_view(uri_params(shown)));
    }
}

/// Those that listen to many servers as one.
void Gateway::State::notify_aggregate_listens(std::string_view method) {
    for (const auto& listen : listens) {
        const bool many = listen.exchange->client->scope.kind != Scope::Kind::server;
        if (many && wants(listen, method, {})) tell(listen, method, {});
    }
}

/// One listen request of our own per server, asked again when what is wanted has changed.
void Gateway::State::listen_upstream(const std::string& key) {
    const auto* const facts = sessions.open_facts(key);
    const auto found = upstreams.find(key);
    if (facts == nullptr || facts->era != Era::per_request || found == upstreams.end()) return;
    Upstream& up = found->second;
    std::set<std::string> uris;
    for (const auto& [uri, subscribers] : up.subscribers) uris.insert(uri);
    for (const auto& listen : listens) {
        if (reaches(*listen.exchange->client, server_of(key)))
            uris.merge(own_uris(listen.uris, mark_for(*this, listen, server_of(key))));
    }
    if (up.listen != 0 && uris == up.listened) return;
    const std::string params = R"({"notifications":)" + filter_text(true, true, true, uris) + "}";
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
    for (const auto& [uri, subscribers] : up.subscribers) {
        tell_server(key, "resources/subscribe", uri_params(uri));
    }
}

/// Its calls have failed by now; its lists may be others when it is back.
void Gateway::State::session_ended(const std::string& key) {
    offers_may_have_changed();
    const auto found = upstreams.find(key);
    if (found == upstreams.end()) return;
    found->second.listen = 0;
    found->second.level.reset();
    found->second.roots = {};
    const auto own = owners.find(key);
    const ClientPtr owner = own == owners.end() ? nullptr : own->second.lock();
    if (owner) owner->own_changed.notify_all();
}

}  // namespace mcpm::gateway
