#include "agent/gateway/subscribers.hpp"

namespace mcpm::gateway {

bool is_part_of(std::string_view uri, const std::string& subscribed) {
    return uri == subscribed || uri.starts_with(subscribed + "/");
}

bool Subscribers::add(const std::string& uri, Client& client) {
    auto& clients = clients_[uri];
    const bool first = clients.empty();
    clients.insert(&client);
    return first;
}

bool Subscribers::remove(const std::string& uri, Client& client) {
    const auto found = clients_.find(uri);
    if (found == clients_.end() || found->second.erase(&client) == 0 || !found->second.empty()) return false;
    clients_.erase(found);
    return true;
}

std::set<std::string> Subscribers::uris() const {
    std::set<std::string> found;
    for (const auto& [uri, clients] : clients_) found.insert(uri);
    return found;
}

}  // namespace mcpm::gateway
