#include "agent/door/gate.hpp"

#include "agent/access/secret.hpp"
#include "agent/door/answer.hpp"
#include "agent/door/cors.hpp"
#include "common/units.hpp"

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
        response.headers.emplace_back(
            "WWW-Authenticate", verdict.had_wrong_credential ? R"(Bearer realm="mcpm", error="invalid_token")"
                                                             : R"(Bearer realm="mcpm")");
    }
    return response;
}

}  // namespace

Gate::Gate(const HttpSettings& settings, uid_t own_uid, access::TokenBook& tokens)
    : rules_{own_uid, settings.auth, settings.allowed_hosts, settings.allowed_origins},
      tokens_(tokens),
      failures_(settings.failures_per_minute / 60.0, settings.failures_per_minute),
      requests_(settings.requests_per_second, settings.requests_per_second * burst_seconds) {}

/// A connection says the same secret at each request, so its digest is worked out once. Whose it is and what
/// it opens is asked of the book each time: it may have been revoked meanwhile.
const StoredToken* Gate::find_token(const http::Peer& peer, std::string_view secret) {
    if (!peer.memo || secret.size() > kept_secret) return tokens_.find(secret, now_utc());
    auto& text = peer.memo->text;
    auto& digest = peer.memo->value;
    // In constant time: connections of several clients may be one behind a proxy.
    if (digest.empty() || !access::same_in_constant_time(text, secret)) {
        digest = access::digest_of(secret);
        text = secret;
    }
    return tokens_.find_by_digest(digest, now_utc());
}

Verdict Gate::decide(const http::Request& request) {
    auto verdict = decide_access(request, rules_, [&](std::string_view secret) -> std::optional<Credential> {
        const auto* const token = find_token(request.peer, secret);
        if (token == nullptr) return std::nullopt;
        return Credential{token->name, token->is_admin, token->profile};
    });
    // Where everybody is let in, nobody has shown who he is; but where http.auth is none, no more is asked
    // for.
    const bool is_let_in = !verdict.refusal && !verdict.is_preflight;
    const bool is_known = verdict.principal != "anonymous" || door_of(request.route) == Door::mcp;
    if (is_let_in && is_known && request.peer.memo) request.peer.memo->is_known = true;
    return verdict;
}

http::Response Gate::refuse(const http::Request& request, const Verdict& verdict) {
    if (!verdict.had_wrong_credential || request.peer.is_local_socket) return refusal_answer(verdict);
    // Who has a good one is served all the same: on loopback all users of a machine share the address.
    const auto client = access::client_of_address(request.peer.address);
    const auto now = Clock::now();
    if (failures_.take(client, now)) return refusal_answer(verdict);
    return too_many("too many wrong credentials from this address", failures_.retry_after(client, now));
}

std::optional<http::Response> Gate::count(const http::Request& request, const Verdict& verdict) {
    if (request.peer.is_local_socket) return std::nullopt;
    const bool is_named = verdict.principal.starts_with("token:");
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
    if (passage.answer) passage.answer = with_cors(std::move(*passage.answer), verdict);
    return passage;
}

std::optional<http::Response> Gate::look_at_head(const http::Request& request) {
    auto verdict = decide(request);
    if (!verdict.refusal) return std::nullopt;
    return with_cors(refuse(request, verdict), verdict);
}

}  // namespace mcpm::door
