#include "agent/door/gate.hpp"

#include "agent/access/secret.hpp"
#include "agent/door/answer.hpp"
#include "agent/door/cors.hpp"
#include "common/sound_clock.hpp"
#include "common/url.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mcpm::door {

namespace {

/// Bursts of so many seconds' worth of requests.
constexpr double burst_seconds = 2;
/// A longer one is none of ours.
constexpr std::size_t kept_secret = 256;

http::Response too_many(std::string what, unsigned seconds) {
    auto response = failure(Error{
        ErrorCode::rate_limited, std::move(what), {}, "try again in " + std::to_string(seconds) + " s"});
    response.headers.emplace_back("Retry-After", std::to_string(seconds));
    return response;
}

http::Response refusal_answer(const Verdict& verdict) {
    auto response = failure(*verdict.refusal);
    if (verdict.refusal->code == ErrorCode::unauthorized) {
        // Bare: whatever else stands here makes some clients begin an OAuth flow and forget their token.
        response.headers.emplace_back("WWW-Authenticate", "Bearer");
    }
    return response;
}

/// What a proxy serves is a name of ours.
AccessRules rules_of(const HttpSettings& settings, uid_t own_uid) {
    AccessRules rules{own_uid, settings.auth, settings.allowed_hosts, settings.allowed_origins};
    const auto url = split_url(settings.public_url);
    if (!url) return rules;
    rules.public_origin = origin_of_url(settings.public_url);
    rules.allowed_hosts.emplace_back(url->authority);
    return rules;
}

}  // namespace

Gate::Gate(const HttpSettings& settings, uid_t own_uid, access::TokenBook& tokens, access::SignIns& sign_ins)
    : rules_(rules_of(settings, own_uid)),
      tokens_(tokens),
      sign_ins_(sign_ins),
      failures_(settings.failures_per_minute / 60.0, settings.failures_per_minute),
      requests_(settings.requests_per_second, settings.requests_per_second * burst_seconds) {}

/// A connection says the same secret at each request, so its digest is worked out once. Whose it is and what
/// it opens is asked of the book each time: it may have been revoked meanwhile.
const StoredToken* Gate::find_token(const http::Peer& peer, std::string_view secret) {
    if (!peer.memo || secret.size() > kept_secret) return tokens_.find(secret, latest_now());
    auto& text = peer.memo->text;
    auto& digest = peer.memo->value;
    // In constant time: connections of several clients may be one behind a proxy.
    if (digest.empty() || !access::same_in_constant_time(text, secret)) {
        digest = access::digest_of(secret);
        text = secret;
    }
    return tokens_.find_by_digest(digest, latest_now());
}

Verdict Gate::decide(const http::Request& request) {
    const auto find_by_token = [&](std::string_view secret) -> std::optional<Credential> {
        const auto* const token = find_token(request.peer, secret);
        if (token == nullptr) return std::nullopt;
        return Credential{token->name, token->is_admin, token->profile, {}, token->is_for_metrics};
    };
    const auto find_session = [&](std::string_view secret) -> std::optional<Credential> {
        if (secret.size() > kept_secret) return std::nullopt;
        const auto* const session = sign_ins_.find(secret, latest_now());
        if (session == nullptr) return std::nullopt;
        return Credential{session->who, true, {}, session->id};
    };
    auto verdict = decide_access(request, rules_, find_by_token, find_session);
    const bool is_asked = !verdict.refusal && request.peer.is_local_socket && door_of(request) != Door::probe;
    if (is_asked && find_server_) verdict.refusal = find_server_(request.peer);
    // Where everybody is let in, nobody has shown who he is; but where http.auth is none, no more is asked
    // for.
    const bool is_let_in = !verdict.refusal && !verdict.is_preflight;
    const bool is_known = verdict.principal != "anonymous" || door_of(request) == Door::mcp;
    if (is_let_in && is_known && request.peer.memo) request.peer.memo->is_known = true;
    return verdict;
}

http::Response Gate::refuse(const http::Request& request, const Verdict& verdict) {
    if (!verdict.had_wrong_credential) return refusal_answer(verdict);
    return after_wrong_secret(request.peer, refusal_answer(verdict));
}

http::Response Gate::after_wrong_secret(const http::Peer& peer, http::Response answer) {
    if (peer.is_local_socket) return answer;
    // Who has a good one is served all the same: on loopback all users of a machine share the address.
    const auto client = access::client_of_address(peer.address);
    const auto now = Clock::now();
    if (failures_.take(client, now)) return answer;
    return too_many("too many wrong credentials from this address", failures_.retry_after(client, now));
}

std::optional<http::Response> Gate::count(const http::Request& request, const Verdict& verdict) {
    if (request.peer.is_local_socket) return std::nullopt;
    const bool is_named =
        verdict.principal.starts_with("token:") || verdict.principal.starts_with("dashboard:");
    const auto client = is_named ? verdict.principal : access::client_of_address(request.peer.address);
    const auto now = Clock::now();
    if (requests_.take(client, now)) return std::nullopt;
    return too_many("too many requests at once", requests_.retry_after(client, now));
}

Gate::Passage Gate::look(const http::Request& request) {
    Passage passage{decide(request), {}};
    const auto& verdict = passage.verdict;
    passage.answer = count(request, verdict);
    if (!passage.answer && verdict.refusal) passage.answer = refuse(request, verdict);
    if (!passage.answer && verdict.is_preflight) passage.answer = preflight_answer(request);
    if (passage.answer) add_cors(*passage.answer, verdict.allowed_origin);
    return passage;
}

std::optional<http::Response> Gate::look_at_head(const http::Request& request) {
    auto verdict = decide(request);
    if (!verdict.refusal) return std::nullopt;
    auto answer = refuse(request, verdict);
    add_cors(answer, verdict.allowed_origin);
    return answer;
}

}  // namespace mcpm::door
