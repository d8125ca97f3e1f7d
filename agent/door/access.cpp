#include "agent/door/access.hpp"

#include "agent/door/authority.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mcpm::door {

namespace {

bool changes_state(std::string_view method) {
    return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

std::size_t count_of(const http::Request& request, std::string_view name) {
    return static_cast<std::size_t>(std::count_if(request.headers.begin(), request.headers.end(),
                                                  [&](const auto& header) { return header.first == name; }));
}

/// A name that a stranger's page gave itself (DNS rebinding) is not ours.
std::optional<Error> check_host(const http::Request& request, const AccessRules& rules) {
    const auto host = request.header("host");
    const auto in_target = authority_of_target(request.target);
    const auto is_ours = [&](std::string_view authority) {
        return is_own_authority(authority, request.peer.local_address, rules.allowed_hosts);
    };
    if (host && count_of(request, "host") == 1 && is_ours(*host) && (!in_target || is_ours(*in_target)))
        return {};
    return Error{ErrorCode::forbidden,
                 "Host: the agent is not served under this name",
                 {},
                 "use localhost or 127.0.0.1 with the agent's port, or allow the name: http.allowed_hosts"};
}

bool is_allowed_origin(std::string_view origin, const AccessRules& rules) {
    return std::any_of(rules.allowed_origins.begin(), rules.allowed_origins.end(),
                       [&](const std::string& allowed) { return same_but_for_case(allowed, origin); });
}

/// A page that we served ourselves: its origin is one of our names. There are none on the unix socket.
bool is_own_origin(const http::Request& request, std::string_view origin, const AccessRules& rules) {
    const auto authority = authority_of_origin(origin);
    return !request.peer.is_local_socket && authority &&
           is_own_authority(*authority, request.peer.local_address, rules.allowed_hosts);
}

std::optional<Error> check_origin(const http::Request& request, const AccessRules& rules, Door door,
                                  Verdict& verdict) {
    const auto origin = request.header("origin");
    const Error refusal{ErrorCode::forbidden,
                        door == Door::admin ? "Origin: a web page may not reach this"
                                            : "Origin: this web page may not reach the agent",
                        {},
                        door == Door::admin ? "" : "http.allowed_origins names the pages that may"};
    if (!origin) {
        // A request that a page makes without an Origin (an image, a link) says so by this one (Fetch
        // Metadata).
        const auto site = request.header("sec-fetch-site");
        const bool is_of_page = site && (*site == "cross-site" || *site == "same-site");
        if (is_of_page && door != Door::probe) return refusal;
        return {};
    }
    if (door == Door::admin || count_of(request, "origin") != 1) return refusal;
    if (is_allowed_origin(*origin, rules)) {
        verdict.allowed_origin = *origin;
        verdict.is_preflight = request.method == "OPTIONS" && request.header("access-control-request-method");
        return {};
    }
    if (is_own_origin(request, *origin, rules)) return {};
    return refusal;
}

/// RFC 6750, 2.1; the scheme's name ignores case. Nothing when another scheme is used.
std::optional<std::string_view> bearer_of(const http::Request& request) {
    const auto header = request.header("authorization");
    constexpr std::string_view scheme = "bearer ";
    if (!header || header->size() < scheme.size() ||
        !same_but_for_case(header->substr(0, scheme.size()), scheme))
        return std::nullopt;
    auto secret = header->substr(scheme.size());
    while (secret.starts_with(' ')) secret.remove_prefix(1);
    return secret;
}

std::optional<Error> check_credential(const http::Request& request, const AccessRules& rules,
                                      const FindCredential& find, Door door, Verdict& verdict,
                                      std::optional<Credential>& found) {
    // Without authentication MCP clients are let in; who manages servers needs a token all the same.
    const bool is_open = door == Door::probe ? !changes_state(request.method)
                                             : door == Door::mcp && rules.auth == HttpAuth::none;
    if (is_open) {
        verdict.principal = "anonymous";
        return {};
    }
    const auto secret = bearer_of(request);
    if (!secret || count_of(request, "authorization") != 1) {
        verdict.had_wrong_credential = request.header("authorization").has_value();
        return Error{ErrorCode::unauthorized,
                     "this request needs a token: Authorization: Bearer TOKEN",
                     {},
                     "mcpm token create NAME makes one"};
    }
    found = find(*secret);
    if (found) {
        verdict.principal = "token:" + found->name;
        verdict.profile = found->profile;
        return {};
    }
    verdict.had_wrong_credential = true;
    return Error{
        ErrorCode::unauthorized, "the token is not known, or no longer valid", {}, "mcpm token list"};
}

std::optional<Error> check_door(const http::Request& request, const Credential& credential, Door door) {
    if (credential.is_admin || door == Door::probe) return {};
    if (door == Door::admin) return Error{ErrorCode::forbidden, "this token reaches only /mcp and /sse"};
    if (credential.profile.empty() || !names_profile(request.route)) return {};
    if (!request.path_values.empty() && request.path_values.front() == credential.profile) return {};
    return Error{ErrorCode::forbidden, "this token reaches only the profile it was made for"};
}

std::optional<Error> check_type(const http::Request& request, Door door) {
    if (door != Door::admin || !changes_state(request.method) || request.body.empty()) return {};
    const auto type = request.header("content-type");
    if (type && is_json_type(*type)) return {};
    return Error{ErrorCode::validation_error,
                 "Content-Type: a " + request.method + " with a body must be application/json"};
}

std::optional<Error> check_peer(const http::Peer& peer, uid_t own_uid) {
    if (peer.uid == own_uid || peer.uid == 0) return {};
    return Error{ErrorCode::forbidden, "the agent of user " + std::to_string(own_uid) +
                                           " serves only that user and root, not user " +
                                           std::to_string(peer.uid)};
}

std::optional<Error> refusal_of(const http::Request& request, const AccessRules& rules,
                                const FindCredential& find, Verdict& verdict) {
    const auto door = door_of(request.route);
    const bool is_local = request.peer.is_local_socket;
    if (auto refusal = is_local ? check_peer(request.peer, rules.own_uid) : check_host(request, rules))
        return refusal;
    if (auto refusal = check_origin(request, rules, door, verdict)) return refusal;
    if (verdict.is_preflight) return {};
    std::optional<Credential> credential;
    if (is_local) {
        verdict.principal = "uid:" + std::to_string(request.peer.uid);
    } else if (auto refusal = check_credential(request, rules, find, door, verdict, credential)) {
        return refusal;
    }
    if (credential) {
        if (auto refusal = check_door(request, *credential, door)) return refusal;
    }
    return check_type(request, door);
}

bool is_below(std::string_view route, std::string_view root) {
    return route.starts_with(root) && (route.size() == root.size() || route[root.size()] == '/');
}

}  // namespace

Door door_of(std::string_view route) {
    if (is_below(route, "/mcp") || is_below(route, "/sse")) return Door::mcp;
    return route == "/health" || route == "/ready" ? Door::probe : Door::admin;
}

bool names_profile(std::string_view route) {
    return is_below(route, "/mcp/p/{profile}");
}

bool is_json_type(std::string_view content_type) {
    auto type = content_type.substr(0, content_type.find(';'));
    while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
    return same_but_for_case(type, "application/json");
}

Verdict decide_access(const http::Request& request, const AccessRules& rules, const FindCredential& find) {
    Verdict verdict;
    verdict.refusal = refusal_of(request, rules, find, verdict);
    return verdict;
}

}  // namespace mcpm::door
