// Browsers that are signed in: one-time links that begin a session, and the sessions. What a link or a cookie
// holds is given out once; here are digests. A link works once and for one minute, at this agent; a session
// until it was not used for twelve hours, until it is seven days old, or until it is ended; what keeps them
// over the agent's end is told of each change. With a secret of the owner's (http.session_secret), sessions
// hold as long as that is the same.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/store/sign_in_store.hpp"
#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::access {

using SignedIn = StoredSignIn;

struct NewSignIn {
    SignedIn session;
    std::string secret;  // for the cookie
};

class SignIns {
  public:
    /// `owner_secret`: empty for none.
    explicit SignIns(Loop& loop, std::string owner_secret = {});

    /// Sessions of an agent before this one; those that are over are left out, and those that began under
    /// another secret of the owner's.
    void take_up(std::vector<SignedIn> before, Timestamp now);
    /// Called with all sessions when one began or ended, and at most every ten minutes for use alone.
    void set_keeper(std::function<void(std::vector<SignedIn>)> keeper) { keeper_ = std::move(keeper); }

    /// The code of a link. internal_error when the kernel gives no random bytes. The oldest of 16 that were
    /// not used goes.
    Result<std::string> make_link(std::string who, Timestamp now);
    static Timestamp link_ends(Timestamp now);
    /// Uses the link up; unauthorized when there is none of this code (any more).
    Result<NewSignIn> use_link(std::string_view code, Timestamp now);
    /// `not_after`: the end of the token, if it has one.
    Result<NewSignIn> begin(std::string who, std::string token, std::optional<Timestamp> not_after,
                            Timestamp now);

    /// Null when it is unknown or over; it is used by being found. Good until the next change. Every digest
    /// is compared, in constant time.
    const SignedIn* find(std::string_view secret, Timestamp now);
    /// Null when it is unknown.
    const SignedIn* find_id(std::string_view id) const;

    void end(std::string_view id);
    void end_of_token(std::string_view token);
    std::size_t end_all();
    std::size_t size() const { return sessions_.size(); }

    /// Until the session of this id has ended; at once when there is none.
    Task<> until_over(std::string id);

  private:
    struct Link {
        std::string digest, who;
        Timestamp expires_at{};
    };
    template <typename Condition>
    std::size_t end_those(Condition condition);

    void tell_keeper(Timestamp now);
    std::string digest_of_cookie(std::string_view secret) const;

    std::string owner_secret_;
    std::string mark_;  // before each digest: by which sessions of another secret are known
    std::vector<Link> links_;
    std::vector<SignedIn> sessions_;
    Notifier ended_;
    std::function<void(std::vector<SignedIn>)> keeper_;
    Timestamp told_at_{};  // when a use was told of last
};

}  // namespace mcpm::access
