// Which clients subscribed to which resources of one server (handshake era). The server is told once for all
// of them: of the first that comes and of the last that goes. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace mcpm::gateway {

struct Client;

/// Whether an update of `uri` concerns who subscribed to `subscribed`: a server may name a part of it.
bool is_part_of(std::string_view uri, const std::string& subscribed);

class Subscribers {
  public:
    /// True when it is the first subscriber of that URI.
    bool add(const std::string& uri, Client& client);
    /// True when it was the last one.
    bool remove(const std::string& uri, Client& client);
    std::set<std::string> uris() const;
    bool is_empty() const { return clients_.empty(); }

    /// Visits (client, the URI it subscribed to) for everyone whom an update of `uri` concerns.
    template <typename Visit>
    void each_concerned(std::string_view uri, const Visit& visit) const {
        for (const auto& [subscribed, clients] : clients_) {
            if (!is_part_of(uri, subscribed)) continue;
            for (const Client* const client : clients) visit(*client, subscribed);
        }
    }

  private:
    std::map<std::string, std::set<Client*>> clients_;  // by URI
};

}  // namespace mcpm::gateway
