#include "agent/gateway/connected.hpp"

#include "agent/gateway/state.hpp"

#include <algorithm>

namespace mcpm::gateway {

std::vector<ConnectedClient> Gateway::connected() const {
    std::vector<ConnectedClient> found;
    const auto now = Clock::now();
    for (const auto& client : state_->clients.everyone()) {
        found.push_back({client->handle, client->name, client->principal, client->version, client->kind,
                         client->scope, client->open.empty() ? now - client->used : Clock::duration{},
                         client->open.size(), client->address});
    }
    std::sort(found.begin(), found.end(),
              [](const auto& one, const auto& other) { return one.idle < other.idle; });
    return found;
}

bool Gateway::disconnect(std::string_view handle) {
    const auto everyone = state_->clients.everyone();
    const auto found = std::find_if(everyone.begin(), everyone.end(),
                                    [&](const ClientPtr& client) { return client->handle == handle; });
    if (found == everyone.end()) return false;
    state_->end(*found);
    return true;
}

}  // namespace mcpm::gateway
