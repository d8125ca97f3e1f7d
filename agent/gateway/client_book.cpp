#include "agent/gateway/client_book.hpp"

#include "common/random.hpp"

#include <utility>

namespace mcpm::gateway {

namespace {

constexpr std::size_t handle_bytes = 6;

}  // namespace

void ClientBook::keep(const ClientPtr& client) {
    client->handle = random_hex(handle_bytes);
    sessions_.emplace(client->id, client);
}

Result<ClientPtr> ClientBook::open_session(Scope scope, std::string principal) const {
    if (sessions_.size() >= limit_) {
        return Error{ErrorCode::unavailable,
                     "open a session: " + std::to_string(sessions_.size()) + " are open already",
                     {},
                     "end one with DELETE, or wait until an idle one is reaped"};
    }
    auto client =
        std::make_shared<Client>(loop_, Client::Kind::session, std::move(scope), std::move(principal));
    client->id = random_hex(unguessable);
    return client;
}

ClientPtr ClientBook::open_stdio(Scope scope, std::string principal) {
    auto client =
        std::make_shared<Client>(loop_, Client::Kind::stdio, std::move(scope), std::move(principal));
    client->handle = random_hex(handle_bytes);
    stdio_.insert(client);
    return client;
}

void ClientBook::remove(const ClientPtr& client) {
    if (client->kind == Client::Kind::session) sessions_.erase(client->id);
    stdio_.erase(client);
}

ClientPtr ClientBook::find(std::string_view id, std::string_view principal, const Scope& scope) const {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return nullptr;
    const ClientPtr& client = found->second;
    if (client->principal != principal || !(client->scope == scope)) return nullptr;
    client->used = Clock::now();
    return client;
}

std::vector<ClientPtr> ClientBook::everyone() const {
    std::vector<ClientPtr> all(stdio_.begin(), stdio_.end());
    for (const auto& [id, client] : sessions_) all.push_back(client);
    return all;
}

std::vector<ClientPtr> ClientBook::of_principal(std::string_view principal) const {
    std::vector<ClientPtr> found = everyone();
    std::erase_if(found, [&](const ClientPtr& client) { return client->principal != principal; });
    return found;
}

std::vector<ClientPtr> ClientBook::idle(Clock::duration limit) const {
    std::vector<ClientPtr> found;
    const auto now = Clock::now();
    for (const auto& [id, client] : sessions_) {
        const bool in_use = client->readers > 0 || !client->open.empty();
        if (in_use) client->used = now;
        if (now - client->used > limit) found.push_back(client);
    }
    return found;
}

}  // namespace mcpm::gateway
