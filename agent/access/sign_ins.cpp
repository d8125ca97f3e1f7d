#include "agent/access/sign_ins.hpp"

#include "agent/access/secret.hpp"
#include "common/hmac.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::access {

namespace {

constexpr std::chrono::minutes link_life{1};
constexpr std::chrono::hours idle_life{12};
constexpr std::chrono::hours longest_life{24 * 7};
constexpr std::chrono::minutes tell_use_every{10};
constexpr std::size_t most_links = 16;
constexpr std::size_t most_sessions = 1000;
constexpr std::size_t id_digits = 16;

std::string make_id() {
    return digest_of(make_secret()).substr(0, id_digits);
}

}  // namespace

/// No digest tells the secret: it is a key of both.
SignIns::SignIns(Loop& loop, std::string owner_secret)
    : owner_secret_(std::move(owner_secret)),
      mark_(owner_secret_.empty()
                ? std::string()
                : hmac_sha256_hex(owner_secret_, "mcpm sessions").substr(0, id_digits) + ":"),
      ended_(loop) {}

std::string SignIns::digest_of_cookie(std::string_view secret) const {
    return owner_secret_.empty() ? digest_of(secret) : mark_ + hmac_sha256_hex(owner_secret_, secret);
}

void SignIns::take_up(std::vector<SignedIn> before, Timestamp now) {
    const std::size_t digits = digest_of_cookie("").size();
    for (auto& session : before) {
        const bool is_ours = session.digest.size() == digits && session.digest.starts_with(mark_);
        if (is_ours && session.expires_at > now && sessions_.size() < most_sessions)
            sessions_.push_back(std::move(session));
    }
}

void SignIns::tell_keeper(Timestamp now) {
    told_at_ = now;
    if (keeper_) keeper_(sessions_);
}

Timestamp SignIns::link_ends(Timestamp now) {
    return now + link_life;
}

Result<std::string> SignIns::make_link(std::string who, Timestamp now) {
    std::string code = make_secret();
    std::erase_if(links_, [&](const Link& link) { return link.expires_at <= now; });
    if (links_.size() >= most_links) links_.erase(links_.begin());
    links_.push_back(Link{digest_of(code), std::move(who), link_ends(now)});
    return code;
}

Result<NewSignIn> SignIns::use_link(std::string_view code, Timestamp now) {
    const std::string digest = digest_of(code);
    auto found = links_.end();
    for (auto link = links_.begin(); link != links_.end(); ++link) {
        if (same_in_constant_time(link->digest, digest)) found = link;
    }
    if (found == links_.end())
        return Error{ErrorCode::unauthorized,
                     "the link was used already, or is none of this agent's",
                     {},
                     "mcpm dashboard makes a new one"};
    const Link link = std::move(*found);
    links_.erase(found);
    if (link.expires_at <= now)
        return Error{ErrorCode::unauthorized, "the link is over", {}, "mcpm dashboard makes a new one"};
    return begin(link.who, {}, {}, now);
}

Result<NewSignIn> SignIns::begin(std::string who, std::string token, std::optional<Timestamp> not_after,
                                 Timestamp now) {
    std::string secret = make_secret();
    SignedIn session{make_id(), std::move(who), std::move(token), digest_of_cookie(secret), now};
    session.not_after = now + longest_life;
    if (not_after) session.not_after = std::min(session.not_after, *not_after);
    session.expires_at = std::min<Timestamp>(now + idle_life, session.not_after);
    end_those([&](const SignedIn& other) { return other.expires_at <= now; });
    if (sessions_.size() >= most_sessions) {
        const auto oldest = std::min_element(
            sessions_.begin(), sessions_.end(),
            [](const auto& one, const auto& other) { return one.expires_at < other.expires_at; });
        end(std::string(oldest->id));
    }
    sessions_.push_back(session);
    tell_keeper(now);
    return NewSignIn{std::move(session), std::move(secret)};
}

const SignedIn* SignIns::find(std::string_view secret, Timestamp now) {
    const std::string digest = digest_of_cookie(secret);
    SignedIn* found = nullptr;
    for (auto& session : sessions_) {
        if (same_in_constant_time(session.digest, digest)) found = &session;
    }
    if (found == nullptr || found->expires_at <= now) return nullptr;
    found->expires_at = std::min<Timestamp>(now + idle_life, found->not_after);
    if (now - told_at_ >= tell_use_every) tell_keeper(now);
    return found;
}

template <typename Condition>
std::size_t SignIns::end_those(Condition condition) {
    const auto gone = std::erase_if(sessions_, condition);
    if (gone == 0) return gone;
    ended_.notify_all();
    tell_keeper(told_at_);
    return gone;
}

void SignIns::end(std::string_view id) {
    end_those([&](const SignedIn& session) { return session.id == id; });
}

void SignIns::end_of_token(std::string_view token) {
    end_those([&](const SignedIn& session) { return !token.empty() && session.token == token; });
}

std::size_t SignIns::end_all() {
    links_.clear();
    return end_those([](const SignedIn&) { return true; });
}

const SignedIn* SignIns::find_id(std::string_view id) const {
    const auto found = std::find_if(sessions_.begin(), sessions_.end(),
                                    [&](const SignedIn& session) { return session.id == id; });
    return found == sessions_.end() ? nullptr : &*found;
}

Task<> SignIns::until_over(std::string id) {
    constexpr std::chrono::hours look_again{1};  // wall clocks are set, and it may be used meanwhile
    for (;;) {
        const auto* const session = find_id(id);
        const auto now = now_utc();
        if (session == nullptr || session->expires_at <= now) co_return;
        const auto limit = std::min<Clock::duration>(look_again, session->expires_at - now);
        (void)co_await ended_.wait_for(limit);
    }
}

}  // namespace mcpm::access
