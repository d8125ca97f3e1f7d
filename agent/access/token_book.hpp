// The room access: tokens, profiles, sign-ins and rate limits, in memory with their truth in the store. It
// may include the store. It never sees a request nor decides what one reaches (the door does).
//
// The bearer tokens: held in memory, truth in the store. A secret is given out once, at its birth; what is
// kept is its digest. When a token was used is known exactly here and written about once a minute.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/async/task_group.hpp"
#include "agent/store/state_store.hpp"
#include "common/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::access {

struct NewToken {
    std::string name;
    bool is_admin = false;
    std::string profile = {};                  // never of an admin's
    std::optional<Timestamp> expires_at = {};  // in the future
    bool is_for_metrics = false;               // reaches /metrics alone
};

struct CreatedToken {
    StoredToken token;
    std::string secret;
};

struct TokenChange {
    std::optional<std::string> profile = {};  // empty text = all servers again
    bool is_end_changed = false;
    std::optional<Timestamp> expires_at = {};  // when the end is changed; nothing = until revoked
};

class TokenBook {
  public:
    TokenBook(Loop& loop, StateStore& store);

    /// Reads the store. Without it nobody gets in by a token.
    Task<Result<>> open();
    Task<> close();

    /// Null when it is unknown or no longer valid; good until the next change. Every digest is compared, in
    /// constant time.
    const StoredToken* find(std::string_view secret, Timestamp now);
    /// The token whose secret has this digest.
    const StoredToken* find_by_digest(std::string_view digest, Timestamp now);

    /// By name.
    const std::vector<StoredToken>& list() const { return tokens_; }

    /// validation_error; conflict: the name is taken, or there are 1,000.
    Task<Result<CreatedToken>> create(NewToken asked, Timestamp now);
    /// The token as it is then; its secret stays. not_found, validation_error. What the store refuses is not
    /// in force.
    /// not_found.
    Result<StoredToken> find(std::string_view name) const;
    Task<Result<StoredToken>> change(std::string name, TokenChange change, Timestamp now);
    /// not_found. From then on it lets nobody in.
    Task<Result<>> revoke(std::string name);
    /// Until the token of this name is revoked or has expired; at once when there is none.
    Task<> until_over(std::string name);
    /// Names of the tokens that are bound to it.
    std::vector<std::string> bound_to(std::string_view profile) const;

  private:
    static Task<> write_use(StateStore& store, std::string name, Timestamp at);
    Result<> check(const NewToken& asked, Timestamp now) const;

    StateStore& store_;
    TaskGroup tasks_;
    Notifier revoked_;
    std::vector<StoredToken> tokens_;
};

}  // namespace mcpm::access
