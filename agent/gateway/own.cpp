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

/// One process has one workspace: a client with roots gets its own of a server that asks for them.
bool Gateway::State::needs_roots(const Exchange& x) const {
    if (x.client->kind == Client::Kind::stateless) return false;
    const auto* const facts = sessions.open_facts(x.target->id);
    bool asks = facts != nullptr && facts->asks_roots;
    if (!asks && around.kept) {
        const auto kept = around.kept(x.target->id);
        asks = kept && kept->facts.asks_roots;
    }
    return asks && has_member(x.client->capabilities, "roots");
}

bool Gateway::State::needs_own(const Exchange& x) const {
    if (!around.start_own) return false;
    if (x.target->sharing == Sharing::automatic) return needs_roots(x);
    if (x.target->sharing == Sharing::per_call) return does_something(x.method);
    if (x.target->sharing != Sharing::per_client) return false;
    return x.client->kind != Client::Kind::stateless || does_something(x.method);
}

Task<> Gateway::State::open_own(std::shared_ptr<State> self, ExchangePtr x) {
    const ClientPtr client = x->client;
    const std::string id = x->target->id;
    const bool for_call = x->target->sharing == Sharing::per_call || client->kind == Client::Kind::stateless;
    while (!for_call && client->own_opening.contains(id)) {
        auto waiting = client->own_changed.wait();
        co_await std::move(waiting);
    }
    if (x->done) co_return;
    const auto known = client->own_sessions.find(id);
    if (!for_call && known != client->own_sessions.end()) {
        if (self->sessions.open_facts(known->second) != nullptr) {
            x->key = known->second;
            self->send_or_queue(x);
            co_return;
        }
        const std::string old = known->second;
        client->own_sessions.erase(known);
        self->end_own(old);
    }
    const std::string key = id + "#" + std::to_string(self->next_own++);
    self->owners[key] = client;
    self->upstream(key);
    client->own_opening.insert(id);
    auto starting = self->around.start_own(id, key, client->name.empty() ? client->principal : client->name,
                                           client->capabilities);
    const auto started = co_await std::move(starting);
    client->own_opening.erase(id);
    const bool is_wanted = started && client->is_open && !(for_call && x->done);
    if (is_wanted && !for_call) client->own_sessions[id] = key;
    client->own_changed.notify_all();
    if (!is_wanted) self->end_own(key);
    if (x->done) co_return;
    if (!started) {
        self->fail(x, started.error());
        co_return;
    }
    x->key = key;
    x->has_own_process = for_call;
    self->send_or_queue(x);
}

void Gateway::State::end_own(const std::string& key) {
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): it may be a part of what goes
    const std::string ended = key;
    owners.erase(ended);
    if (around.end_own) around.end_own(ended);
    upstreams.erase(ended);
}

}  // namespace mcpm::gateway
