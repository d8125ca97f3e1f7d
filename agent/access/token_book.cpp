#include "agent/access/token_book.hpp"

#include "agent/access/secret.hpp"
#include "common/profile.hpp"
#include "common/shell_words.hpp"
#include "common/sound_clock.hpp"

#include <algorithm>

namespace mcpm::access {

namespace {

constexpr std::size_t most_tokens = 1000;
constexpr std::chrono::minutes write_use_every{1};

bool is_valid_at(const StoredToken& token, Timestamp now) {
    return !token.expires_at || now < *token.expires_at;
}

Error no_such_token(const std::string& name) {
    return Error{ErrorCode::not_found, "there is no token '" + name + "'", {}, "mcpm token list"};
}

/// The end when there is none of the name, or, with a digest, not this one any more.
template <typename Tokens>
auto place_of(Tokens& tokens, std::string_view name, std::string_view digest = {}) {
    return std::find_if(tokens.begin(), tokens.end(), [&](const auto& token) {
        return token.name == name && (digest.empty() || token.digest == digest);
    });
}

/// What a token is to reach and for how long, whether it is new or there already.
template <typename Token>
Result<> check_reach(const Token& token, Timestamp now) {
    if ((token.is_admin || token.is_for_metrics) && !token.profile.empty())
        return Error{ErrorCode::validation_error, "profile: only a client's token is bound to one"};
    if (token.expires_at && *token.expires_at <= now)
        return Error{ErrorCode::validation_error, "expiresIn: a time that is not over at once is expected"};
    return {};
}

}  // namespace

TokenBook::TokenBook(Loop& loop, StateStore& store) : store_(store), tasks_(loop), revoked_(loop) {}

Task<Result<>> TokenBook::open() {
    auto loaded = co_await store_.load_tokens();
    if (!loaded) co_return loaded.error();
    tokens_ = std::move(*loaded);
    co_return Result<>{};
}

Task<> TokenBook::close() {
    co_await tasks_.drain();
}

const StoredToken* TokenBook::find(std::string_view secret, Timestamp now) {
    return find_by_digest(digest_of(secret), now);
}

const StoredToken* TokenBook::find_by_digest(std::string_view digest, Timestamp now) {
    StoredToken* found = nullptr;
    for (auto& token : tokens_) {
        if (same_in_constant_time(token.digest, digest)) found = &token;
    }
    if (found == nullptr || !is_valid_at(*found, now)) return nullptr;
    const bool is_due = !found->last_used_at || now - *found->last_used_at >= write_use_every;
    if (is_due) {
        found->last_used_at = now;
        tasks_.spawn("token use", write_use(store_, found->name, now));
    }
    return found;
}

Task<> TokenBook::write_use(StateStore& store, std::string name, Timestamp at) {
    // Lost when the disk refuses: it is only for people, and comes again.
    (void)co_await store.touch_token(std::move(name), at);
}

Result<> TokenBook::check(const NewToken& asked, Timestamp now) const {
    if (auto good = validate_label(asked.name, "name"); !good) return good;
    if (auto good = check_reach(asked, now); !good) return good;
    if (std::any_of(tokens_.begin(), tokens_.end(),
                    [&](const auto& token) { return token.name == asked.name; }))
        return Error{ErrorCode::conflict,
                     "making token '" + asked.name + "': a token of that name exists",
                     {},
                     "mcpm token revoke " + in_shell_words(asked.name)};
    if (tokens_.size() >= most_tokens)
        return Error{ErrorCode::conflict, "making token '" + asked.name + "': there are 1000 already"};
    return {};
}

Task<Result<CreatedToken>> TokenBook::create(NewToken asked, Timestamp now) {
    if (const auto good = check(asked, now); !good) co_return good.error();
    std::string secret = make_secret();
    StoredToken token{
        asked.name, asked.is_admin,      asked.profile, digest_of(secret), now, asked.expires_at,
        {},         asked.is_for_metrics};
    // In the book first: a second request for the name meets it while this one is being written.
    const auto place = std::find_if(tokens_.begin(), tokens_.end(),
                                    [&](const auto& other) { return other.name > token.name; });
    tokens_.insert(place, token);
    const auto saved = co_await store_.save_token(token);
    if (!saved) {
        std::erase_if(tokens_, [&](const auto& other) { return other.digest == token.digest; });
        co_return saved.error();
    }
    co_return CreatedToken{std::move(token), std::move(secret)};
}

Result<StoredToken> TokenBook::find(std::string_view name) const {
    const auto found = place_of(tokens_, name);
    if (found == tokens_.end()) return no_such_token(std::string(name));
    return *found;
}

Task<Result<StoredToken>> TokenBook::change(std::string name, TokenChange change, Timestamp now) {
    const auto found = place_of(tokens_, name);
    if (found == tokens_.end()) co_return no_such_token(name);
    StoredToken changed = *found;
    if (change.profile) changed.profile = *change.profile;
    if (change.is_end_changed) changed.expires_at = change.expires_at;
    if (const auto good = check_reach(changed, now); !good) co_return good.error();
    const auto saved = co_await store_.save_token(changed);
    if (!saved) co_return saved.error();
    const auto still = place_of(tokens_, name, changed.digest);
    if (still == tokens_.end()) {  // revoked meanwhile; the other may have been written before ours
        (void)co_await store_.remove_token(name);
        co_return no_such_token(name);
    }
    *still = changed;
    revoked_.notify_all();
    co_return changed;
}

Task<Result<>> TokenBook::revoke(std::string name) {
    const auto found = place_of(tokens_, name);
    if (found == tokens_.end()) co_return no_such_token(name);
    // Even when the store refuses: it was asked for, and a person will hear that it was not written.
    tokens_.erase(found);
    revoked_.notify_all();
    auto removed = co_await store_.remove_token(std::move(name));
    co_return removed;
}

Task<> TokenBook::until_over(std::string name) {
    constexpr std::chrono::hours look_again{1};  // wall clocks are set
    std::string digest;
    for (;;) {
        const auto found = place_of(tokens_, name, digest);
        const auto now = latest_now();
        if (found == tokens_.end() || !is_valid_at(*found, now)) co_return;
        digest = found->digest;  // another token may get the name
        Clock::duration limit = look_again;
        if (found->expires_at) limit = std::min<Clock::duration>(limit, *found->expires_at - now);
        (void)co_await revoked_.wait_for(limit);
    }
}

std::vector<std::string> TokenBook::bound_to(std::string_view profile) const {
    std::vector<std::string> names;
    for (const auto& token : tokens_) {
        if (token.profile == profile && !profile.empty()) names.push_back(token.name);
    }
    return names;
}

}  // namespace mcpm::access
