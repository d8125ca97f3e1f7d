// Clients' open subscriptions/listen requests (2026-07-28): what each one wants to hear of, and the notices
// that it gets under its subscription. Knows no servers: who is told what a server said is decided by the
// caller. One loop thread.
#pragma once

#include "agent/gateway/client.hpp"
#include "agent/mcp/session_facts.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::gateway {

/// The `notifications` of a subscriptions/listen request.
struct ListenFilter {
    static constexpr std::size_t uris_limit = 1024;  // those beyond it are not listened to

    bool tools = false, prompts = false, resources = false;  // changes of those lists
    std::set<std::string> uris = {};

    /// Whether a notification is asked for. An update names a URI; a part of a URI in the filter counts.
    bool wants(std::string_view method, std::string_view uri) const;
    /// URIs in the filter that begin with `mark`, without it.
    std::set<std::string> uris_marked(std::string_view mark) const;
    /// JSON object.
    std::string text() const;
};

ListenFilter read_listen_filter(std::string_view notifications);
/// Adds to `granted` what is asked for and offered by a server with these facts.
void grant(ListenFilter& granted, const ListenFilter& asked, const mcp::SessionFacts& facts);

struct Listen {
    ExchangePtr exchange;
    ListenFilter filter;

    /// The member of `_meta` that says which request a notice belongs to, `_meta` included.
    std::string meta() const;
    /// A notification with that member put in; empty params are none.
    void tell(std::string_view method, std::string_view params) const;
};

class Listens {
  public:
    const std::vector<Listen>& all() const { return listens_; }
    bool is_empty() const { return listens_.empty(); }
    const Listen& add(ExchangePtr exchange, ListenFilter filter);
    /// False when that request does not listen (any more).
    bool remove(const ExchangePtr& exchange);
    std::vector<ExchangePtr> of_principal(std::string_view principal) const;

  private:
    std::vector<Listen> listens_;
};

}  // namespace mcpm::gateway
