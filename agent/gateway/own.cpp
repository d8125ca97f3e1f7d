// Processes of one client's own (sharing: per-client) or of one call's (per-call; and calls of 2026-07-28,
// which has no sessions that a process could last for).
#include "agent/gateway/state.hpp"

#include <utility>

namespace mcpm::gateway {

namespace {

bool does_something(std::string_view method) {
    return method == "tools/call" || method == "prompts/get" || method == "resources/read";
}

}  // namespace

/// The facts of the live session or of the last one, when they say that the server asks for roots; else null.
/// `kept` holds what the result points into.
const mcp::SessionFacts* Gateway::State::roots_wish(const std::string& server_id, KeptPtr& kept) const {
    const auto* const facts = sessions.open_facts(server_id);
    if (facts != nullptr && facts->asks_roots_first) return facts;
    kept = directory.kept(server_id);
    if (kept && kept->facts.asks_roots && (facts == nullptr || facts->era == mcp::Era::handshake))
        return &kept->facts;
    return facts != nullptr && facts->asks_roots ? facts : nullptr;
}

/// One process has one workspace: a client with roots gets its own of a server that asks for them. A client
/// of 2026-07-28 can be asked by the result of those requests alone that do something.
bool Gateway::State::needs_roots(const Exchange& x) const {
    if (x.era == mcp::Era::per_request && !does_something(x.method)) return false;
    KeptPtr kept;
    return has_member(x.capabilities, "roots") && roots_wish(x.target->id, kept) != nullptr;
}

bool Gateway::State::needs_own(const Exchange& x) const {
    if (x.target->wants_folder && !x.client->folder.cwd.empty()) return true;
    if (x.target->sharing == Sharing::automatic) return needs_roots(x);
    if (x.target->sharing == Sharing::per_call) return does_something(x.method);
    if (x.target->sharing != Sharing::per_client) return false;
    return x.client->kind != Client::Kind::stateless || does_something(x.method);
}

Task<> Gateway::State::open_own(std::shared_ptr<State> self, ExchangePtr x) {
    OwnWish wish;
    wish.client = x->client;
    wish.target = x->target;
    wish.capabilities = x->capabilities;
    wish.x = x;
    wish.for_call = x->target->sharing == Sharing::per_call || x->client->kind == Client::Kind::stateless;
    const bool for_call = wish.for_call;
    const auto key = co_await own_process(self, std::move(wish));
    if (x->done) {
        if (key && for_call) self->end_own(*key);
        co_return;
    }
    if (!key) {
        self->fail(x, key.error());
        co_return;
    }
    x->key = *key;
    x->has_own_process = for_call;
    self->send_or_queue(x);
}

/// Starts the process before the first call needs it. What goes wrong is said to that call.
Task<> Gateway::State::open_ahead(std::shared_ptr<State> self, OwnWish wish) {
    static_cast<void>(co_await own_process(self, std::move(wish)));
}

/// The key of the session of a process of the client's own, once calls may go there.
Task<Result<std::string>> Gateway::State::own_process(std::shared_ptr<State> self, OwnWish wish) {
    const ClientPtr client = wish.client;
    const std::string id = wish.target->id;
    while (!wish.for_call && client->own_opening.contains(id)) {
        self->offer_roots_question(*client, client->own_opening.at(id));
        co_await client->own_changed.wait();
        if (wish.x && wish.x->done) co_return Error{ErrorCode::cancelled, "its client gave it up"};
    }
    const auto known = client->own_sessions.find(id);
    if (!wish.for_call && known != client->own_sessions.end()) {
        const std::string old = known->second;
        if (self->sessions.open_facts(old) != nullptr) co_return old;
        client->own_sessions.erase(known);
        self->end_own(old);
    }
    const std::string key = self->own_processes.add(id, client);
    self->upstream(key);
    if (!wish.for_call) client->own_opening[id] = key;
    const std::string owner = client->name.empty() ? client->principal : client->name;
    if (wish.target->wants_folder) self->directory.tell_folder(key, client->folder);
    const auto started = co_await self->directory.start_own(id, key, owner, wish.capabilities);
    KeptPtr kept;
    const auto* const wants = self->roots_wish(id, kept);
    if (started && wants != nullptr && wants->asks_roots_first && has_member(wish.capabilities, "roots")) {
        co_await until_roots(self, client, key);
    }
    const bool is_wanted = started && client->is_open && !(wish.for_call && wish.x->done);
    if (is_wanted && !wish.for_call) client->own_sessions[id] = key;
    if (!wish.for_call) client->own_opening.erase(id);
    client->own_changed.notify_all();
    if (!is_wanted) self->end_own(key);
    if (!started) co_return started.error();
    if (!is_wanted) co_return Error{ErrorCode::cancelled, "its client is gone"};
    co_return key;
}

void Gateway::State::end_own(const std::string& key) {
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): `key` may be a part of what is erased
    const std::string ended = key;
    own_processes.remove(ended);
    directory.end_own(ended);
    upstreams.erase(ended);
}

}  // namespace mcpm::gateway
