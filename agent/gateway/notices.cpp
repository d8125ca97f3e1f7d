// What comes unasked: requests and notifications of servers, notifications and answers of clients. The rule
// for what names no client: it goes to the only one with an open call there, else to nobody
// (docs/sharing.md).
#include "agent/gateway/state.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace mcpm::gateway {

using mcp::Era;
using mcp::JsonType;

namespace {

constexpr std::chrono::milliseconds settle_time{50};

/// Whether a client with these capabilities, of which `needed` is one, may be asked what the server asks.
bool can_answer(std::string_view capabilities, std::string_view needed, const mcp::MessageScan& request) {
    if (!has_member(capabilities, needed)) return false;
    const bool by_url =
        needed == "elicitation" && mcp::member(request.params.text, "mode").text == R"("url")";
    return !by_url || has_member(mcp::member(capabilities, "elicitation").text, "url");
}

}  // namespace

/// An open call of the only client that has open calls at this server; null when two clients have, or when
/// the agent itself has one. Parked calls of the same principal are passed over, because their server waits
/// for answers and asks nothing more, as a rule; those of another principal make it null, so that nothing
/// reaches a stranger.
ExchangePtr Gateway::State::sole_caller(const std::string& key) {
    const auto found = upstreams.find(key);
    if (found == upstreams.end()) return nullptr;
    const auto& open = found->second.open;
    const auto& parked_there = found->second.parked;
    ExchangePtr latest;
    std::size_t ours = parked_there.size();
    for (const auto& x : open) {
        if (latest && latest->client != x->client) return nullptr;
        if (!latest || x->call > latest->call) latest = x;
        if (may_need_input(x->method)) ++ours;
    }
    for (const auto& x : parked_there) {
        if (latest && latest->client->principal != x->client->principal) return nullptr;
        if (!latest && parked_there.size() > 1) return nullptr;
        if (!latest) latest = x;
    }
    if (!latest) return nullptr;
    const auto calls = sessions.in_flight(key);
    const auto all = std::count_if(calls.begin(), calls.end(),
                                   [](const auto& call) { return may_need_input(call.method); });
    return static_cast<std::size_t>(all) > ours ? nullptr : latest;
}

// --- a server asks ---

bool Gateway::State::on_request(const std::string& key, const mcp::MessageScan& request) {
    const std::string method = decode_string(request.method);
    const std::string_view needed = capability_of(method);
    if (needed.empty()) return false;
    const ExchangePtr owner = sole_caller(key);
    if (method == "roots/list" && !is_own_key(key)) {
        // A shared process serves clients with different folders, so it is told of none.
        static_cast<void>(sessions.send(key, mcp::make_response(request.id.text, R"({"roots":[]})")));
        return true;
    }
    if (method == "roots/list") {
        const ClientPtr client = own_processes.owner(key);
        if (client && (!owner || !client->roots.empty())) {
            on_roots_request(client, key, request);
            return true;
        }
    }
    if (owner && owner->era == Era::per_request) {
        if (!can_answer(owner->capabilities, needed, request) || !take_question(owner, request))
            refuse_request(key, request, method);
        return true;
    }
    const ClientPtr client = owner ? owner->client : own_processes.owner(key);
    if (!client || !can_answer(client->capabilities, needed, request)) {
        refuse_request(key, request, method);
        return true;
    }
    ask_client(client, owner, key, request);
    return true;
}

/// Answers the server's request with an error at once, so that the call that it made it for does not hang.
void Gateway::State::refuse_request(const std::string& key, const mcp::MessageScan& request,
                                    std::string_view method) {
    ++counts.refused_requests;
    const std::string answer =
        method == "elicitation/create"
            ? mcp::make_response(request.id.text, R"({"action":"cancel"})")
            : mcp::make_error(
                  request.id.text, mcp::rpc_code::method_not_found,
                  "no client that can answer " + std::string(method) + " is known to have caused it", {});
    static_cast<void>(sessions.send(key, answer));
}

void Gateway::State::ask_client(const ClientPtr& client, const ExchangePtr& owner, const std::string& key,
                                const mcp::MessageScan& request) {
    ++counts.routed_requests;
    const std::string id = std::to_string(client->next_request++);
    const mcp::Edit edit = mcp::replace(request.text, request.id, id);
    Asked asked;
    asked.key = key;
    asked.upstream_id = request.id.text;
    asked.exchange = owner;
    client->asked.emplace(id, std::move(asked));
    if (owner) owner->asked.insert(id);
    const auto& out = owner ? owner->out : client->out;
    out->push(mcp::splice(request.text, {&edit, 1}, mcp::Newlines::drop), Outbox::Weight::answer);
}

/// What the server asked during a request that has ended: the client need not answer it any more, and the
/// server gets an error.
void Gateway::State::forget_asked(const ExchangePtr& x) {
    unpark(x);
    for (const auto& id : x->asked) {
        const auto found = x->client->asked.find(id);
        if (found == x->client->asked.end()) continue;
        const Asked asked = std::move(found->second);
        x->client->asked.erase(found);
        x->out->push(mcp::make_notification(
                         "notifications/cancelled",
                         R"({"requestId":)" + id + R"(,"reason":"the request it belongs to has ended"})"),
                     Outbox::Weight::notice);
        if (asked.taken) {
            asked.taken({});  // relay_input() sees that the request has ended
            continue;
        }
        static_cast<void>(
            sessions.send(asked.key, mcp::make_error(asked.upstream_id, mcp::rpc_code::internal_error,
                                                     "the request it belongs to has ended", {})));
    }
    x->asked.clear();
}

void Gateway::State::on_server_cancelled(const std::string& key, const mcp::MessageScan& scan) {
    const auto found = upstreams.find(key);
    if (found == upstreams.end()) return;
    for (const auto& x : found->second.parked) {
        if (x->parking && x->parking->take_back(scan.request_id.text)) return;
    }
    for (const auto& x : found->second.open) {
        if (x->parking && x->parking->take_back(scan.request_id.text)) return;
        for (const auto& id : x->asked) {
            const auto asked = x->client->asked.find(id);
            if (asked == x->client->asked.end() || asked->second.upstream_id != scan.request_id.text)
                continue;
            x->client->asked.erase(asked);
            const mcp::Edit edit = mcp::replace(scan.text, scan.request_id, id);
            x->out->push(mcp::splice(scan.text, {&edit, 1}, mcp::Newlines::drop), Outbox::Weight::notice);
            x->asked.erase(id);
            return;
        }
    }
}

// --- a server tells ---

void Gateway::State::on_notification(const std::string& key, std::string_view text) {
    const mcp::MessageScan scan = mcp::scan_message(text);
    const std::string method = decode_string(scan.method);
    if (method == "notifications/message") return on_log(key, scan);
    if (method == "notifications/cancelled") return on_server_cancelled(key, scan);
    if (method == "notifications/resources/updated") return on_updated(key, scan);
    if (method.ends_with("/list_changed")) return on_list_changed(key, method);
    if (method == "notifications/subscriptions/acknowledged") return;
    const ExchangePtr owner = sole_caller(key);
    if (!owner || owner->done) return;
    if (method == "notifications/tasks/status") {
        std::string shown = as_shown_tasks(*owner, std::string(scan.params.text));
        return owner->out->push(mcp::make_notification(method, shown), Outbox::Weight::notice);
    }
    owner->out->push(mcp::splice(text, {}, mcp::Newlines::drop), Outbox::Weight::notice);
}

void Gateway::State::on_log(const std::string& key, const mcp::MessageScan& scan) {
    const ExchangePtr owner = sole_caller(key);
    const int level = log_level(decode_string(mcp::member(scan.params.text, "level"))).value_or(7);
    if (!owner) {
        directory.orphan(server_of(key), scan.params.text);
        return;
    }
    const bool modern = owner->era == Era::per_request;
    const std::optional<int> wanted = modern ? owner->level : owner->client->level;
    if (modern ? (!wanted || level < *wanted) : (wanted && level < *wanted)) return;
    owner->out->push(mcp::splice(scan.text, {}, mcp::Newlines::drop), Outbox::Weight::notice);
}

/// Servers send several list_changed in a row; every client gets each of them once.
void Gateway::State::on_list_changed(const std::string& key, std::string method) {
    Upstream& up = upstream(key);
    up.due.insert(std::move(method));
    if (std::exchange(up.flush_armed, true)) return;
    tasks.spawn("tell of changed lists", flush_later(shared_from_this(), key));
}

Task<> Gateway::State::flush_later(std::shared_ptr<State> self, std::string key) {
    co_await sleep_for(settle_time);
    self->flush(key);
}

void Gateway::State::flush(const std::string& key) {
    Upstream& up = upstreams[key];
    up.flush_armed = false;
    const auto due = std::exchange(up.due, {});
    const std::string server_id = server_of(key);
    for (const auto& method : due) {
        const std::string message = mcp::make_notification(method, {});
        for (const auto& client : clients.everyone()) {
            if (client->has_initialized && scopes.reaches(client->scope, server_id))
                client->out->push(message, Outbox::Weight::notice);
        }
        notify_listens(server_id, method, {}, {});
    }
}

void Gateway::State::on_updated(const std::string& key, const mcp::MessageScan& scan) {
    const auto found = upstreams.find(key);
    if (found == upstreams.end()) return;
    const std::string uri = decode_string(scan.uri);
    const std::string server_id = server_of(key);
    std::string params(scan.params.text);
    const mcp::JsonSlice meta = mcp::member(params, "_meta");
    if (meta.type == JsonType::object && has_member(meta.text, "io.modelcontextprotocol/subscriptionId")) {
        params = R"({"uri":)" + std::string(scan.uri.text) +
                 "}";  // its subscriptionId is that of the gateway's own request
    }
    const auto tell = [&](const Client& client, const std::string& subscribed) {
        const auto shown = client.shown_uris.find({server_id, subscribed});
        const std::string as_seen = shown == client.shown_uris.end() ? params : uri_params(shown->second);
        client.out->push(mcp::make_notification("notifications/resources/updated", as_seen),
                         Outbox::Weight::notice);
    };
    if (is_own_key(key)) {
        const ClientPtr owner = own_processes.owner(key);
        if (!owner) return;
        for (const auto& [of_server, subscribed] : owner->subscriptions) {
            if (of_server == server_id && is_part_of(uri, subscribed)) tell(*owner, subscribed);
        }
        return;
    }
    found->second.subscribers.each_concerned(uri, tell);
    notify_listens(server_id, "notifications/resources/updated", uri, params);
}

// --- a client tells or answers ---

void Gateway::State::notified(const ClientPtr& client, const Message& message) {
    const std::string method = decode_string(message.scan.method);
    client->used = Clock::now();
    if (method == "notifications/initialized") {
        client->has_initialized = true;
        if (client->scope.kind != Scope::Kind::server) return;
        if (const auto target = scopes.target_of(client->scope)) open_with_roots(client, target);
        return;
    }
    if (method == "notifications/cancelled") {
        std::vector<ExchangePtr> named;
        for (const auto& x : client->open) {
            if (x->id == message.scan.request_id.text && x->method != "initialize") named.push_back(x);
        }
        for (const auto& x : named) abandon(x);
        return;
    }
    if (method == "notifications/roots/list_changed") {
        for (const auto& [server_id, key] : client->own_sessions) {
            static_cast<void>(sessions.send(key, mcp::make_notification(method, {})));
        }
    }
}

void Gateway::State::answered(const ClientPtr& client, const Message& message) {
    client->used = Clock::now();
    const auto found = client->asked.find(std::string(message.scan.id.text));
    if (found == client->asked.end()) return;  // the answer is late, or to nothing that was asked
    const Asked asked = std::move(found->second);
    client->asked.erase(found);
    if (const auto x = asked.exchange.lock()) x->asked.erase(std::string(message.scan.id.text));
    if (asked.taken) return asked.taken(message.scan);
    const mcp::Edit edit = mcp::replace(message.text, message.scan.id, asked.upstream_id);
    static_cast<void>(sessions.send(asked.key, mcp::splice(message.text, {&edit, 1}, mcp::Newlines::drop)));
    note_roots_answer(asked.key, asked.upstream_id);
}

}  // namespace mcpm::gateway
