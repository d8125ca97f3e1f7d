// The room door: who may come in, by which path, how often. It may include access and http. It never does
// what is asked; the answers that it gives instead are here too (answer.hpp).
//
// The door itself: decide_access with the tokens of the book, and how often somebody may knock. On TCP only
// are requests counted: wrong credentials by address, the others by who asks.
#pragma once

#include "agent/access/rate_limiter.hpp"
#include "agent/access/sign_ins.hpp"
#include "agent/access/token_book.hpp"
#include "agent/door/access.hpp"
#include "agent/http/message.hpp"

#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace mcpm::door {

class Gate {
  public:
    /// `tokens` and `sign_ins` outlive it.
    Gate(const HttpSettings& settings, uid_t own_uid, access::TokenBook& tokens, access::SignIns& sign_ins);

    /// Asked of each request on the unix socket that may pass otherwise: why its process may not ask.
    using FindServer = std::function<std::optional<Error>(const http::Peer& peer)>;
    void set_find_server(FindServer find) { find_server_ = std::move(find); }

    struct Passage {
        Verdict verdict;
        /// Instead of what was asked for: why not, or the answer to a page that asks first.
        std::optional<http::Response> answer;
    };
    Passage look(const http::Request& request);

    /// A request whose body has not come yet: why it need not come, if so. One that may pass is not counted.
    std::optional<http::Response> look_at_head(const http::Request& request);

    /// A wrong secret that came in a body counts like one in a header: its answer, or that there were too
    /// many.
    http::Response after_wrong_secret(const http::Peer& peer, http::Response answer);

  private:
    Verdict decide(const http::Request& request);
    const StoredToken* find_token(const http::Peer& peer, std::string_view secret);
    http::Response refuse(const http::Request& request, const Verdict& verdict);
    std::optional<http::Response> count(const http::Request& request, const Verdict& verdict);

    AccessRules rules_;
    FindServer find_server_;
    access::TokenBook& tokens_;
    access::SignIns& sign_ins_;
    access::RateLimiter failures_, requests_;
};

}  // namespace mcpm::door
