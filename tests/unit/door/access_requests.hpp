// Requests as they come to the door, and who is known there.
#pragma once

#include "agent/door/access.hpp"
#include "agent/door/authority.hpp"
#include "agent/door/cors.hpp"
#include "agent/http/router.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::test {

using door::decide_access;

inline constexpr uid_t own = 1000;
inline constexpr auto nobody = [](std::string_view) -> std::optional<door::Credential> {
    return std::nullopt;
};

inline std::optional<door::Credential> known(std::string_view secret) {
    if (secret == "admin-secret") return door::Credential{"boss", true};
    if (secret == "client-secret") return door::Credential{"editor", false};
    if (secret == "scraper-secret") return door::Credential{"scraper", false, {}, {}, true};
    if (secret == "bound-secret") return door::Credential{"bound", false, "small team"};
    return std::nullopt;
}

inline door::AccessRules rules() {
    return {own, HttpAuth::token, {"mcp.example", "box:8080"}, {"https://app.example"}};
}

/// As the table of the API would lead it.
inline void route(http::Request& request) {
    static const http::Router router = [] {
        std::vector<http::Route> rows;
        for (const char* pattern :
             {"/mcp", "/mcp/p/{profile}", "/mcp/{server}", "/sse/{server}", "/sse/{server}/message",
              "/health", "/ready", "/api/servers", "/api/servers/{id}/start", "/api/tokens", "/api/session",
              "/api/sessions", "/ws", "/metrics"})
            rows.push_back({"GET", pattern});
        return http::Router(std::move(rows));
    }();
    auto match = router.find(request.method, request.path);
    request.route = match.pattern;
    request.path_values = std::move(match.values);
}

inline http::Request from_user(uid_t uid, std::string path = "/api/servers") {
    http::Request request;
    request.method = "GET";
    request.path = std::move(path);
    request.target = request.path;
    request.peer.is_local_socket = true;
    request.peer.uid = uid;
    route(request);
    return request;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

inline http::Request by_tcp(std::string method, std::string path, Headers headers) {
    http::Request request;
    request.method = std::move(method);
    request.path = std::move(path);
    request.target = request.path;
    request.peer.address = "127.0.0.1:50000";
    request.peer.local_address = "127.0.0.1:3000";
    request.headers = std::move(headers);
    route(request);
    return request;
}

inline http::Request by_host(std::string host, std::string path = "/mcp") {
    return by_tcp("POST", std::move(path),
                  {{"host", std::move(host)}, {"authorization", "Bearer admin-secret"}});
}

inline http::Request with_token(std::string method, std::string path, const std::string& secret) {
    return by_tcp(std::move(method), std::move(path),
                  {{"host", "127.0.0.1:3000"}, {"authorization", "Bearer " + secret}});
}

inline http::Request with_body(std::string method, std::string type, std::string path = "/api/servers") {
    auto request = from_user(own, std::move(path));
    request.method = std::move(method);
    request.body = "{}";
    if (!type.empty()) request.headers.emplace_back("content-type", std::move(type));
    return request;
}

/// 0 = let in.
inline ErrorCode code_of(const door::Verdict& verdict) {
    REQUIRE(verdict.refusal);
    return verdict.refusal->code;
}

inline bool is_let_in(const http::Request& request) {
    return !decide_access(request, rules(), known).refusal;
}

}  // namespace mcpm::test
