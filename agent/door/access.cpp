#include "agent/door/access.hpp"

#include "agent/door/authority.hpp"
#include "agent/http/target.hpp"

#include <algorithm>
#include <array>
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

/// The very page: its origin is the name that was asked, or the one a proxy serves.
bool is_same_origin(const http::Request& request, std::string_view origin, const AccessRules& rules) {
    if (request.peer.is_local_socket) return false;
    if (!rules.public_origin.empty() && same_but_for_case(origin, rules.public_origin)) return true;
    const auto authority = authority_of_origin(origin);
    const auto host = request.header("host");
    return authority && host && same_but_for_case(*authority, *host);
}

/// What a page asks for says so (Fetch Metadata), also without an Origin: an image, a link.
bool is_of_other_site(const http::Request& request) {
    const auto site = request.header("sec-fetch-site");
    return site && (*site == "cross-site" || *site == "same-site");
}

bool is_for_own_pages(Door door) {
    return door == Door::admin || door == Door::session;
}

std::optional<Error> check_origin(const http::Request& request, const AccessRules& rules, Door door,
                                  Verdict& verdict) {
    const auto origin = request.header("origin");
    const Error refusal{ErrorCode::forbidden,
                        door == Door::mcp ? "Origin: this web page may not reach the agent"
                                          : "Origin: no other web page may reach this",
                        {},
                        door == Door::mcp ? "http.allowed_origins names the pages that may" : ""};
    if (is_for_own_pages(door) && is_of_other_site(request)) return refusal;
    if (!origin) {
        // A link on another page may lead to ours, and whether the agent lives is no secret.
        if (door == Door::mcp && is_of_other_site(request)) return refusal;
        return {};
    }
    if (count_of(request, "origin") != 1) return refusal;
    if (is_for_own_pages(door) || door == Door::page) {
        if (is_same_origin(request, *origin, rules)) return {};
        return refusal;
    }
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

/// Every value of that name, whoever set it: another port of this machine may set one too.
std::optional<Credential> find_by_cookie(const http::Request& request, const FindCredential& find) {
    if (!find) return std::nullopt;
    for (const auto& [name, value] : request.headers) {
        if (name != "cookie") continue;
        for (std::string_view rest = value; !rest.empty();) {
            const auto end = std::min(rest.find(';'), rest.size());
            auto pair = rest.substr(0, end);
            rest.remove_prefix(std::min(end + 1, rest.size()));
            while (pair.starts_with(' ')) pair.remove_prefix(1);
            if (!pair.starts_with(session_cookie) || pair.size() <= session_cookie.size() ||
                pair[session_cookie.size()] != '=')
                continue;
            if (auto found = find(pair.substr(session_cookie.size() + 1))) return found;
        }
    }
    return std::nullopt;
}

/// The API and its WebSocket are for pages; MCP and figures are for programs, which have a token.
bool takes_cookie(std::string_view path) {
    return path == "/ws" || path.starts_with("/api/");
}

/// The second wall behind SameSite: what changes something, or opens a WebSocket, says where it comes from.
std::optional<Error> check_own_page(const http::Request& request) {
    const bool must_say = changes_state(request.method) || request.path == "/ws";
    if (!must_say || request.header("origin")) return {};
    const auto site = request.header("sec-fetch-site");
    const bool is_own = site && (*site == "same-origin" || *site == "none");
    if (is_own && request.path != "/ws") return {};
    return Error{ErrorCode::forbidden,
                 "with a cookie this is only for the agent's own page: Origin or Sec-Fetch-Site is missing",
                 {},
                 "programs send Authorization: Bearer TOKEN"};
}

std::optional<Error> check_session(const http::Request& request, const FindCredential& find_session,
                                   Verdict& verdict, std::optional<Credential>& found) {
    found = find_by_cookie(request, find_session);
    if (!found)
        return Error{ErrorCode::unauthorized,
                     "this request needs a token: Authorization: Bearer TOKEN",
                     {},
                     "mcpm token create NAME makes one; mcpm dashboard signs a browser in"};
    if (auto refusal = check_own_page(request)) return refusal;
    verdict.principal = "dashboard:" + found->name;
    verdict.session = found->session;
    return {};
}

std::optional<Error> check_credential(const http::Request& request, const AccessRules& rules,
                                      const FindCredential& find, const FindCredential& find_session,
                                      Door door, Verdict& verdict, std::optional<Credential>& found) {
    // Without authentication MCP clients are let in; who manages servers needs a token all the same.
    const bool is_open =
        door == Door::page || (door == Door::probe ? !changes_state(request.method)
                                                   : door == Door::mcp && rules.auth == HttpAuth::none);
    if (is_open) {
        verdict.principal = "anonymous";
        return {};
    }
    const bool has_header = request.header("authorization").has_value();
    if (!has_header && takes_cookie(request.path))
        return check_session(request, find_session, verdict, found);
    const auto secret = bearer_of(request);
    if (!secret || count_of(request, "authorization") != 1) {
        verdict.had_wrong_credential = has_header;
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

/// Whether somebody is signed in may be asked by everybody, and signing in needs no credential; a cookie that
/// ends its own session must still come from our page.
std::optional<Error> check_sign_in(const http::Request& request, const AccessRules& rules,
                                   const FindCredential& find, const FindCredential& find_session,
                                   Verdict& verdict, std::optional<Credential>& found) {
    auto refusal = check_credential(request, rules, find, find_session, Door::session, verdict, found);
    if (!refusal || refusal->code != ErrorCode::unauthorized) return refusal;
    verdict.principal = "anonymous";
    found.reset();
    return {};
}

std::optional<Error> check_door(const http::Request& request, const Credential& credential, Door door) {
    if (credential.is_admin || door == Door::probe || door == Door::session) return {};
    if (credential.is_for_metrics) {
        if (request.route == "/metrics") return {};
        return Error{ErrorCode::forbidden, "this token reaches only /metrics"};
    }
    if (door == Door::admin) return Error{ErrorCode::forbidden, "this token reaches only /mcp and /sse"};
    if (credential.profile.empty() || !names_profile(request.route)) return {};
    if (!request.path_values.empty() && request.path_values.front() == credential.profile) return {};
    return Error{ErrorCode::forbidden, "this token reaches only the profile it was made for"};
}

/// A form of another site cannot say so. On the unix socket there are no pages: what has no body needs no
/// type there.
std::optional<Error> check_type(const http::Request& request, Door door) {
    if (!is_for_own_pages(door) || !changes_state(request.method)) return {};
    const bool may_be_bare = request.peer.is_local_socket || request.method == "DELETE";
    if (may_be_bare && request.body.empty()) return {};
    const auto type = request.header("content-type");
    if (type && is_json_type(*type)) return {};
    return Error{ErrorCode::validation_error,
                 "Content-Type: a " + request.method + " must be application/json"};
}

std::optional<Error> check_peer(const http::Peer& peer, uid_t own_uid) {
    if (peer.uid == own_uid || peer.uid == 0) return {};
    return Error{ErrorCode::forbidden, "the agent of user " + std::to_string(own_uid) +
                                           " serves only that user and root, not user " +
                                           std::to_string(peer.uid)};
}

std::optional<Error> refusal_of(const http::Request& request, const AccessRules& rules,
                                const FindCredential& find, const FindCredential& find_session,
                                Verdict& verdict) {
    const auto door = door_of(request);
    const bool is_local = request.peer.is_local_socket;
    if (auto refusal = is_local ? check_peer(request.peer, rules.own_uid) : check_host(request, rules))
        return refusal;
    if (auto refusal = check_origin(request, rules, door, verdict)) return refusal;
    if (verdict.is_preflight) return {};
    std::optional<Credential> credential;
    if (is_local) {
        verdict.principal = "uid:" + std::to_string(request.peer.uid);
        verdict.is_admin = true;
    } else if (door == Door::session) {
        if (auto refusal = check_sign_in(request, rules, find, find_session, verdict, credential))
            return refusal;
    } else if (auto refusal =
                   check_credential(request, rules, find, find_session, door, verdict, credential)) {
        return refusal;
    }
    if (credential) {
        verdict.is_admin = credential->is_admin;
        if (auto refusal = check_door(request, *credential, door)) return refusal;
    }
    return check_type(request, door);
}

bool is_below(std::string_view route, std::string_view root) {
    return route.starts_with(root) && (route.size() == root.size() || route[root.size()] == '/');
}

/// What pages are called is free but for these first words.
bool is_reserved(std::string_view path) {
    constexpr std::array reserved{"api", "ws", "mcp", "sse", "health", "ready", "metrics"};
    const auto first = path.substr(1, path.find('/', 1) - 1);
    const auto plain = http::decoded(first, http::Plus::is_plus);
    return !plain || std::find(reserved.begin(), reserved.end(), *plain) != reserved.end();
}

bool is_page(const http::Request& request) {
    const std::string_view path = request.path;
    if ((request.method != "GET" && request.method != "HEAD") || !path.starts_with('/')) return false;
    if (path == "/" || path == "/login" || path.starts_with("/assets/")) return true;
    const auto last = path.substr(path.rfind('/') + 1);
    return !is_reserved(path) && last.find('.') == std::string_view::npos &&
           accepts_type(request, "text/html");
}

}  // namespace

Door door_of(const http::Request& request) {
    // Anybody hears that there is nothing: clients that are refused here take it for an OAuth server.
    if (is_below(request.path, "/.well-known")) return Door::probe;
    if (request.route.empty()) return is_page(request) ? Door::page : Door::admin;
    if (is_below(request.route, "/mcp") || is_below(request.route, "/sse")) return Door::mcp;
    if (request.route == "/health" || request.route == "/ready") return Door::probe;
    return request.route == "/api/session" ? Door::session : Door::admin;
}

bool names_profile(std::string_view route) {
    return is_below(route, "/mcp/p/{profile}");
}

bool accepts_type(const http::Request& request, std::string_view type) {
    for (const auto& [name, value] : request.headers) {
        if (name != "accept") continue;
        for (std::string_view rest = value; !rest.empty();) {
            const auto end = std::min(rest.find(','), rest.size());
            auto one = rest.substr(0, end);
            rest.remove_prefix(std::min(end + 1, rest.size()));
            one = one.substr(0, one.find(';'));
            while (one.starts_with(' ')) one.remove_prefix(1);
            while (one.ends_with(' ')) one.remove_suffix(1);
            if (same_but_for_case(one, type)) return true;
        }
    }
    return false;
}

bool is_json_type(std::string_view content_type) {
    auto type = content_type.substr(0, content_type.find(';'));
    while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
    return same_but_for_case(type, "application/json");
}

Verdict decide_access(const http::Request& request, const AccessRules& rules, const FindCredential& find,
                      const FindCredential& find_session) {
    Verdict verdict;
    verdict.refusal = refusal_of(request, rules, find, find_session, verdict);
    return verdict;
}

}  // namespace mcpm::door
