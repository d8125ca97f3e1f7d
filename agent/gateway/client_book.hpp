// The clients that are there: sessions of the handshake era over HTTP, by id, and clients on stdio. Bounded:
// so many sessions of all principals together. What is kept of a session lasts over the agent's replacement
// (session_book.cpp). Ends nobody and sends nothing; the gateway does. One loop thread.
#pragma once

#include "agent/gateway/client.hpp"
#include "common/error.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::gateway {

class ClientBook {
  public:
    using Subscribed =
        std::function<void(Client& client, const std::string& server_id, const std::string& uri)>;

    ClientBook(Loop& loop, std::size_t sessions_limit) : loop_(loop), limit_(sessions_limit) {}

    /// A session with an id that nobody can guess, in the book only after keep(). unavailable when it is
    /// full.
    Result<ClientPtr> open_session(Scope scope, std::string principal) const;
    void keep(const ClientPtr& client);
    ClientPtr open_stdio(Scope scope, std::string principal);
    void remove(const ClientPtr& client);

    /// Null for an unknown session, another principal's, or another address's. One that is found is in use.
    ClientPtr find(std::string_view id, std::string_view principal, const Scope& scope) const;
    std::vector<ClientPtr> everyone() const;
    std::vector<ClientPtr> of_principal(std::string_view principal) const;
    /// Sessions that nobody reads, without an open request, and not used for that long.
    std::vector<ClientPtr> idle(Clock::duration limit) const;

    std::size_t size() const { return sessions_.size() + stdio_.size(); }
    bool has_sessions() const { return !sessions_.empty(); }

    /// Every session as text; holds what lets its client in.
    std::string text() const;
    /// How many of them are in the book again. `subscribed` is told of each subscription.
    std::size_t restore(std::string_view text, const Subscribed& subscribed);

  private:
    Loop& loop_;
    std::size_t limit_;
    std::map<std::string, ClientPtr, std::less<>> sessions_;  // by id
    std::set<ClientPtr> stdio_;
};

}  // namespace mcpm::gateway
