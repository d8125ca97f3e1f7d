// Browsers at the door: cookies, pages, and what must be seen to come from our own.
#include "tests/unit/door/access_requests.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

namespace {

std::optional<door::Credential> known_session(std::string_view secret) {
    if (secret == "good") return door::Credential{"uid:1000", true, {}, "s1"};
    return std::nullopt;
}

const std::string own_page = "http://127.0.0.1:3000";

http::Request with_cookie(std::string method, std::string path, Headers more = {},
                          std::string cookie = "a=b; mcpm_session=good") {
    Headers headers{{"host", "127.0.0.1:3000"}, {"cookie", std::move(cookie)}};
    for (auto& header : more) headers.push_back(std::move(header));
    return by_tcp(std::move(method), std::move(path), std::move(headers));
}

door::Verdict decide(const http::Request& request) {
    return decide_access(request, rules(), known, known_session);
}

}  // namespace

TEST_CASE("The cookie of a session lets a browser in at the API, and nowhere else") {
    const auto verdict = decide(with_cookie("GET", "/api/servers"));
    CHECK_FALSE(verdict.refusal);
    CHECK(verdict.principal == "dashboard:uid:1000");
    CHECK(verdict.session == "s1");
    CHECK(verdict.is_admin);
    for (const char* path : {"/mcp", "/mcp/web", "/sse/web", "/metrics", "/nothing", "/api", "/wsx"}) {
        CAPTURE(path);
        CHECK(code_of(decide(with_cookie("GET", path))) == ErrorCode::unauthorized);
    }
    for (const char* cookie :
         {"mcpm_session=bad", "mcpm_session=", "mcpm_sessionx=good", "x=mcpm_session=good", ""}) {
        CAPTURE(cookie);
        const auto refused = decide(with_cookie("GET", "/api/servers", {}, cookie));
        CHECK(code_of(refused) == ErrorCode::unauthorized);
        CHECK_FALSE(refused.had_wrong_credential);
    }
}

TEST_CASE("A cookie that another port of this machine has set hides the right one from nobody") {
    CHECK_FALSE(
        decide(with_cookie("GET", "/api/servers", {}, "mcpm_session=evil;mcpm_session=good")).refusal);
}

TEST_CASE("A token in the header is what counts, whatever cookie there is") {
    auto request = with_cookie("GET", "/api/servers", {{"authorization", "Bearer client-secret"}});
    CHECK(code_of(decide(request)) == ErrorCode::forbidden);
    request = with_cookie("GET", "/api/servers", {{"authorization", "Bearer wrong"}});
    CHECK(code_of(decide(request)) == ErrorCode::unauthorized);
}

TEST_CASE("What changes something with a cookie must be seen to come from our own page") {
    const std::pair<std::string, std::string> json{"content-type", "application/json"};
    for (const char* method : {"POST", "PATCH", "PUT", "DELETE"}) {
        CAPTURE(method);
        CHECK(code_of(decide(with_cookie(method, "/api/servers", {json}))) == ErrorCode::forbidden);
        for (const char* site : {"cross-site", "same-site", "", "same-originx"}) {
            CAPTURE(site);
            CHECK(code_of(decide(with_cookie(method, "/api/servers", {json, {"sec-fetch-site", site}}))) ==
                  ErrorCode::forbidden);
        }
        for (const char* origin : {"https://evil.example", "null", "http://localhost:3000",
                                   "http://127.0.0.1:3001", "https://app.example", "https://mcp.example"}) {
            CAPTURE(origin);
            CHECK(
                code_of(decide(with_cookie(method, "/api/servers",
                                           {json, {"origin", origin}, {"sec-fetch-site", "same-origin"}}))) ==
                ErrorCode::forbidden);
        }
        CHECK_FALSE(
            decide(with_cookie(method, "/api/servers", {json, {"sec-fetch-site", "same-origin"}})).refusal);
        CHECK_FALSE(decide(with_cookie(method, "/api/servers", {json, {"origin", own_page}})).refusal);
    }
}

TEST_CASE(
    "A page of another site reads nothing with our cookie, and ours that says it is another is not "
    "believed") {
    for (const char* site : {"cross-site", "same-site"}) {
        CHECK(code_of(decide(with_cookie("GET", "/api/servers", {{"sec-fetch-site", site}}))) ==
              ErrorCode::forbidden);
        CHECK(code_of(decide(
                  with_cookie("GET", "/api/servers", {{"sec-fetch-site", site}, {"origin", own_page}}))) ==
              ErrorCode::forbidden);
    }
}

TEST_CASE("A WebSocket with a cookie needs our own Origin, and one with a token none") {
    CHECK(code_of(decide(with_cookie("GET", "/ws"))) == ErrorCode::forbidden);
    CHECK(code_of(decide(with_cookie("GET", "/ws", {{"sec-fetch-site", "same-origin"}}))) ==
          ErrorCode::forbidden);
    CHECK(code_of(decide(with_cookie("GET", "/ws", {{"origin", "http://127.0.0.1:3001"}}))) ==
          ErrorCode::forbidden);
    CHECK_FALSE(decide(with_cookie("GET", "/ws", {{"origin", own_page}})).refusal);
    CHECK_FALSE(decide(with_token("GET", "/ws", "admin-secret")).refusal);
}

TEST_CASE("The public address is a name and an origin of ours") {
    auto behind = rules();
    behind.public_origin = "https://mcpm.example";
    behind.allowed_hosts.emplace_back("mcpm.example");
    auto request = with_cookie("POST", "/api/servers",
                               {{"origin", "https://mcpm.example"}, {"content-type", "application/json"}});
    CHECK(decide_access(request, rules(), known, known_session).refusal);
    CHECK_FALSE(decide_access(request, behind, known, known_session).refusal);
    request.headers[0].second = "mcpm.example";
    CHECK_FALSE(decide_access(request, behind, known, known_session).refusal);
    request.headers[2].second = "http://mcpm.example";
    request.headers[0].second = "127.0.0.1:3000";
    CHECK(decide_access(request, behind, known, known_session).refusal);
}

TEST_CASE(
    "Whether a browser is signed in may be asked by everybody but other pages, and signing in needs JSON") {
    auto asked = by_tcp("GET", "/api/session", {{"host", "127.0.0.1:3000"}});
    CHECK(decide(asked).principal == "anonymous");
    CHECK_FALSE(decide(asked).is_admin);
    CHECK(decide(with_cookie("GET", "/api/session")).session == "s1");
    asked.headers.emplace_back("origin", "https://evil.example");
    CHECK(code_of(decide(asked)) == ErrorCode::forbidden);
    auto in = by_tcp("POST", "/api/session", {{"host", "127.0.0.1:3000"}});
    CHECK(code_of(decide(in)) == ErrorCode::validation_error);
    in.headers.emplace_back("content-type", "application/json");
    CHECK_FALSE(decide(in).refusal);
    in.headers.emplace_back("sec-fetch-site", "cross-site");
    CHECK(code_of(decide(in)) == ErrorCode::forbidden);
    CHECK(code_of(decide(with_cookie("DELETE", "/api/session"))) == ErrorCode::forbidden);
    CHECK_FALSE(decide(with_cookie("DELETE", "/api/session", {{"origin", own_page}})).refusal);
}

TEST_CASE("By TCP every POST, PUT and PATCH of the API says that it is JSON, with a body or without") {
    for (const char* method : {"POST", "PATCH", "PUT"}) {
        auto request = with_token(method, "/api/servers/web/start", "admin-secret");
        CHECK(code_of(decide(request)) == ErrorCode::validation_error);
        request.headers.emplace_back("content-type", "application/json");
        CHECK_FALSE(decide(request).refusal);
    }
    CHECK_FALSE(decide(with_token("DELETE", "/api/servers/web", "admin-secret")).refusal);
}

TEST_CASE("Pages and their files are for everybody, whatever asks for them by our name") {
    const Headers html{{"host", "127.0.0.1:3000"}, {"accept", "text/html, */*;q=0.8"}};
    const Headers any{{"host", "127.0.0.1:3000"}, {"accept", "*/*"}};
    for (const char* path : {"/", "/login", "/assets/main-1.js", "/assets/nothing"}) {
        CAPTURE(path);
        CHECK(decide(by_tcp("GET", path, any)).principal == "anonymous");
        CHECK_FALSE(decide(by_tcp("HEAD", path, any)).refusal);
        CHECK(code_of(decide(by_tcp("POST", path, any))) == ErrorCode::unauthorized);
        auto foreign = by_tcp("GET", path, any);
        foreign.headers.emplace_back("origin", "https://evil.example");
        CHECK(code_of(decide(foreign)) == ErrorCode::forbidden);
    }
    for (const char* path : {"/servers", "/servers/my%20server", "/marketplace", "/apis"}) {
        CAPTURE(path);
        CHECK_FALSE(decide(by_tcp("GET", path, html)).refusal);
        CHECK(code_of(decide(by_tcp("GET", path, any))) == ErrorCode::unauthorized);
    }
    for (const char* path :
         {"/api", "/api/servers", "/api/", "/%61pi/servers", "/ap%69/servers", "/ws", "/ws/", "/metrics",
          "/%6detrics", "/health/x", "/main.js", "/servers/a.js", "/%zz"}) {
        CAPTURE(path);
        CHECK(code_of(decide(by_tcp("GET", path, html))) == ErrorCode::unauthorized);
    }
}
