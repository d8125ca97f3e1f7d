#include "tests/unit/door/access_requests.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::test;

TEST_CASE("On the socket the agent's own user and root are served, and nobody else") {
    CHECK(decide_access(from_user(own), rules(), nobody).principal == "uid:1000");
    CHECK(decide_access(from_user(0), rules(), nobody).principal == "uid:0");
    for (const uid_t stranger : {uid_t{1001}, uid_t{65534}, static_cast<uid_t>(-1)}) {
        const auto verdict = decide_access(from_user(stranger), rules(), known);
        CHECK(code_of(verdict) == ErrorCode::forbidden);
        CHECK(verdict.refusal->message.find("user 1000") != std::string::npos);
    }
}

TEST_CASE("A user is not served by root's agent") {
    auto of_root = rules();
    of_root.own_uid = 0;
    CHECK(code_of(decide_access(from_user(own), of_root, known)) == ErrorCode::forbidden);
}

TEST_CASE("On the socket no Host is asked for, and no web page is let in") {
    auto request = from_user(own, "/mcp");
    request.headers = {{"host", "evil.example"}};
    CHECK(is_let_in(request));
    for (const char* origin : {"https://evil.example", "http://localhost", "http://127.0.0.1:3000", "null"}) {
        CAPTURE(origin);
        request.headers = {{"origin", origin}};
        CHECK(code_of(decide_access(request, rules(), known)) == ErrorCode::forbidden);
    }
}

TEST_CASE("Who comes by TCP has no uid, whatever is claimed") {
    auto request = by_tcp("GET", "/api/servers", {{"host", "localhost:3000"}});
    request.peer.uid = own;
    CHECK(code_of(decide_access(request, rules(), known)) == ErrorCode::unauthorized);
}

TEST_CASE("Only names that are ours are served by TCP") {
    for (const char* host : {"127.0.0.1:3000", "localhost:3000", "LocalHost:3000", "[::1]:3000",
                             "mcp.example", "MCP.example:443", "box:8080"}) {
        CAPTURE(host);
        CHECK(is_let_in(by_host(host)));
    }
    for (const char* host :
         {"evil.example", "evil.example:3000", "127.0.0.1:3001", "127.0.0.1", "localhost", "",
          "localhost.evil.example:3000", "127.0.0.1:3000@evil.example", "box:8081", "box", "127.0.0.1:03000",
          "[::1]", "::1:3000", "localhost.:3000", "localhost:3000 ", ":3000"}) {
        CAPTURE(host);
        CHECK(code_of(decide_access(by_host(host), rules(), known)) == ErrorCode::forbidden);
        CHECK(code_of(decide_access(by_host(host, "/health"), rules(), known)) == ErrorCode::forbidden);
    }
}

TEST_CASE("A request names one Host, and its target no other") {
    auto without = by_tcp("GET", "/mcp", {{"authorization", "Bearer admin-secret"}});
    CHECK(code_of(decide_access(without, rules(), known)) == ErrorCode::forbidden);
    auto two = by_host("127.0.0.1:3000");
    two.headers.emplace_back("host", "127.0.0.1:3000");
    CHECK(code_of(decide_access(two, rules(), known)) == ErrorCode::forbidden);
    auto absolute = by_host("127.0.0.1:3000");
    absolute.target = "http://evil.example/mcp";
    CHECK(code_of(decide_access(absolute, rules(), known)) == ErrorCode::forbidden);
    absolute.target = "http://evil.example@localhost:3000/mcp";
    CHECK(code_of(decide_access(absolute, rules(), known)) == ErrorCode::forbidden);
    absolute.target = "http://localhost:3000/mcp";
    CHECK(is_let_in(absolute));
}

TEST_CASE("The address that was connected to is a name of ours, another address is not") {
    auto request = by_host("192.168.1.5:3000");
    CHECK_FALSE(is_let_in(request));
    request.peer.local_address = "192.168.1.5:3000";
    CHECK(is_let_in(request));
    request = by_host("[fd00::1]:80");
    request.peer.local_address = "[fd00::1]:80";
    CHECK(is_let_in(request));
    CHECK(is_let_in([&] {
        auto bare = request;
        bare.headers[0].second = "[fd00::1]";
        return bare;
    }()));
}

TEST_CASE("A foreign page is refused on every method and path, before its token is looked at") {
    for (const char* origin :
         {"https://evil.example", "null", "http://localhost:5173", "http://127.0.0.1:3001",
          "https://app.example.evil.example", "http://app.example", "file://", "", "http://127.0.0.1:3000/",
          "http://x@127.0.0.1:3000", "chrome-extension://abc"}) {
        for (const char* method : {"GET", "POST", "DELETE", "OPTIONS", "PUT"}) {
            for (const char* path : {"/mcp", "/mcp/web", "/sse/web", "/health", "/nothing", "/api/servers"}) {
                CAPTURE(origin);
                CAPTURE(method);
                CAPTURE(path);
                auto request = with_token(method, path, "wrong");
                request.headers.emplace_back("origin", origin);
                const auto verdict = decide_access(request, rules(), known);
                CHECK(code_of(verdict) == ErrorCode::forbidden);
                CHECK_FALSE(verdict.had_wrong_credential);
                CHECK(verdict.allowed_origin.empty());
            }
        }
    }
}

TEST_CASE("Our own pages and those of allowed origins reach /mcp, and only the very page the admin's paths") {
    for (const char* origin : {"http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000",
                               "https://mcp.example", "https://app.example", "HTTPS://App.Example"}) {
        CAPTURE(origin);
        auto request = with_token("POST", "/mcp", "client-secret");
        request.headers.emplace_back("origin", origin);
        CHECK(is_let_in(request));
        request = with_token("GET", "/api/servers", "admin-secret");
        request.headers.emplace_back("origin", origin);
        const bool is_the_very_page = std::string_view(origin) == "http://127.0.0.1:3000";
        CHECK(is_let_in(request) == is_the_very_page);
    }
}

TEST_CASE("What a page asks for without an Origin is a page's all the same") {
    for (const char* site : {"cross-site", "same-site"}) {
        auto request = with_token("GET", "/api/servers", "admin-secret");
        request.headers.emplace_back("sec-fetch-site", site);
        CHECK(code_of(decide_access(request, rules(), known)) == ErrorCode::forbidden);
    }
    auto typed = with_token("GET", "/api/servers", "admin-secret");
    typed.headers.emplace_back("sec-fetch-site", "none");
    CHECK(is_let_in(typed));
}

TEST_CASE("An allowed page is named in the answer and may read the MCP headers") {
    auto request = with_token("POST", "/mcp", "client-secret");
    request.headers.emplace_back("origin", "https://app.example");
    http::Response response;
    door::add_cors(response, decide_access(request, rules(), known).allowed_origin);
    CHECK(Headers(response.headers.begin(), response.headers.begin() + 2) ==
          Headers{{"Access-Control-Allow-Origin", "https://app.example"},
                  {"Access-Control-Expose-Headers",
                   "Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, Retry-After"}});
    http::Response of_no_page;
    door::add_cors(of_no_page,
                   decide_access(with_token("POST", "/mcp", "client-secret"), rules(), known).allowed_origin);
    CHECK(of_no_page.headers.empty());
}

TEST_CASE("An allowed page asks first, without a token") {
    auto request = by_tcp("OPTIONS", "/mcp", {{"host", "127.0.0.1:3000"}, {"origin", "https://app.example"}});
    CHECK(code_of(decide_access(request, rules(), known)) == ErrorCode::unauthorized);
    request.headers.emplace_back("access-control-request-method", "POST");
    request.headers.emplace_back("access-control-request-headers",
                                 "authorization, Mcp-Param-Region,x-evil, mcp-session-id");
    const auto verdict = decide_access(request, rules(), known);
    CHECK_FALSE(verdict.refusal);
    CHECK(verdict.is_preflight);
    const auto answer = door::preflight_answer(request);
    CHECK(answer.status == 204);
    CHECK(answer.headers[1] ==
          std::pair<std::string, std::string>{"Access-Control-Allow-Headers",
                                              "authorization, Mcp-Param-Region, mcp-session-id"});
}

TEST_CASE("By TCP a token is needed, and only as a bearer in one header") {
    CHECK(decide_access(with_token("GET", "/api/servers", "admin-secret"), rules(), known).principal ==
          "token:boss");
    auto request = with_token("GET", "/api/servers", "x");
    for (const char* header : {"bearer admin-secret", "BEARER  admin-secret"}) {
        request.headers[1].second = header;
        CHECK(is_let_in(request));
    }
    for (const char* header :
         {"admin-secret", "Basic admin-secret", "Bearer", "Bearer ", "Bearer admin-secret2",
          "Bearer admin-secre", "Bearer admin-secret, Bearer x", ""}) {
        CAPTURE(header);
        request.headers[1].second = header;
        const auto verdict = decide_access(request, rules(), known);
        CHECK(code_of(verdict) == ErrorCode::unauthorized);
        CHECK(verdict.had_wrong_credential);
        CHECK(verdict.principal.empty());
    }
    request = by_tcp("GET", "/api/servers", {{"host", "127.0.0.1:3000"}});
    request.query = {{"token", "admin-secret"}, {"access_token", "admin-secret"}};
    CHECK(code_of(decide_access(request, rules(), known)) == ErrorCode::unauthorized);
    CHECK_FALSE(decide_access(request, rules(), known).had_wrong_credential);
    request = with_token("GET", "/mcp", "admin-secret");
    request.headers.emplace_back("authorization", "Bearer admin-secret");
    CHECK(code_of(decide_access(request, rules(), known)) == ErrorCode::unauthorized);
}

TEST_CASE("Without a token every path answers the same") {
    for (const char* path : {"/", "/api/servers", "/api/nothing", "/mcp", "/mcp/nothing", "/metrics"}) {
        CAPTURE(path);
        const auto verdict =
            decide_access(by_tcp("POST", path, {{"host", "localhost:3000"}}), rules(), known);
        CHECK(code_of(verdict) == ErrorCode::unauthorized);
    }
}

TEST_CASE("Whether the agent lives may be asked without a token") {
    for (const char* path : {"/health", "/ready"}) {
        CHECK(is_let_in(by_tcp("GET", path, {{"host", "localhost:3000"}})));
        CHECK_FALSE(is_let_in(by_tcp("POST", path, {{"host", "localhost:3000"}})));
    }
}

TEST_CASE("A client's token reaches MCP and nothing else") {
    for (const char* path :
         {"/mcp", "/mcp/web", "/mcp/p/any", "/%6dcp", "/sse/web", "/sse/web/message", "/health"})
        CHECK(is_let_in(with_token("POST", path, "client-secret")));
    for (const char* path : {"/api/servers", "/api/tokens", "/api/sessions", "/ws", "/mcpx", "/sse2",
                             "/mcp%2fweb", "/metrics", "/nothing"}) {
        CAPTURE(path);
        CHECK(code_of(decide_access(with_token("GET", path, "client-secret"), rules(), known)) ==
              ErrorCode::forbidden);
    }
}

TEST_CASE("A token for metrics reaches them alone") {
    CHECK(is_let_in(with_token("GET", "/metrics", "scraper-secret")));
    CHECK(is_let_in(with_token("GET", "/health", "scraper-secret")));
    for (const char* path :
         {"/mcp", "/mcp/web", "/mcp/p/small%20team", "/sse/web", "/api/servers", "/api/tokens", "/ws"}) {
        CAPTURE(path);
        CHECK(code_of(decide_access(with_token("GET", path, "scraper-secret"), rules(), known)) ==
              ErrorCode::forbidden);
    }
}

TEST_CASE("A client's token that is bound to a profile reaches no other profile") {
    for (const char* path : {"/mcp", "/mcp/p/small%20team", "/mcp/web"}) {
        const auto verdict = decide_access(with_token("POST", path, "bound-secret"), rules(), known);
        CHECK_FALSE(verdict.refusal);
        CHECK(verdict.profile == "small team");
    }
    for (const char* path : {"/mcp/p/other", "/mcp/p/small", "/mcp/p/", "/mcp/p/%ff"}) {
        CAPTURE(path);
        CHECK(code_of(decide_access(with_token("POST", path, "bound-secret"), rules(), known)) ==
              ErrorCode::forbidden);
    }
}

TEST_CASE("Without authentication everybody reaches MCP and nothing else, but no foreign name or page") {
    auto open = rules();
    open.auth = HttpAuth::none;
    const auto request = by_tcp("POST", "/mcp", {{"host", "127.0.0.1:3000"}});
    CHECK(decide_access(request, open, nobody).principal == "anonymous");
    for (const auto* path :
         {"/api/servers", "/api/servers/web/start", "/metrics", "/ws", "/mcp2", "//mcp", "/mcp%2f"}) {
        CAPTURE(path);
        for (const auto* method : {"GET", "POST", "DELETE", "OPTIONS"}) {
            CAPTURE(method);
            const auto admin = by_tcp(method, path, {{"host", "127.0.0.1:3000"}});
            CHECK(code_of(decide_access(admin, open, nobody)) == ErrorCode::unauthorized);
        }
    }
    CHECK_FALSE(decide_access(with_token("GET", "/api/servers", "admin-secret"), open, known).refusal);
    CHECK(decide_access(by_host("evil.example"), open, nobody).refusal);
    auto page = request;
    page.headers.emplace_back("origin", "https://evil.example");
    CHECK(decide_access(page, open, nobody).refusal);
}

TEST_CASE("A change with a body must say that it is JSON") {
    const std::vector<std::string> wrong{"",
                                         "text/plain",
                                         "application/x-www-form-urlencoded",
                                         "multipart/form-data; boundary=x",
                                         "application/jsonp",
                                         "text/plain; application/json"};
    for (const auto* method : {"POST", "PATCH", "PUT", "DELETE"}) {
        CAPTURE(method);
        CHECK(is_let_in(with_body(method, "application/json")));
        for (const auto& type : wrong) {
            CAPTURE(type);
            const auto verdict = decide_access(with_body(method, type), rules(), known);
            CHECK(code_of(verdict) == ErrorCode::validation_error);
            CHECK(verdict.refusal->message.find("application/json") != std::string::npos);
            // MCP has its own answer for that.
            CHECK(is_let_in(with_body(method, type, "/mcp/web")));
        }
    }
}

TEST_CASE("A body of a reading method and a change without one need no type") {
    CHECK(is_let_in(with_body("GET", "text/plain")));
    auto empty = with_body("POST", "");
    empty.body.clear();
    CHECK(is_let_in(empty));
}

TEST_CASE("The JSON type is recognised in any case and with parameters") {
    CHECK(door::is_json_type("application/json"));
    CHECK(door::is_json_type("Application/JSON; charset=utf-8"));
    CHECK(door::is_json_type("application/json \t; charset=utf-8"));
    CHECK_FALSE(door::is_json_type(""));
    CHECK_FALSE(door::is_json_type(";application/json"));
    CHECK_FALSE(door::is_json_type("application/json5"));
    CHECK_FALSE(door::is_json_type("application/jso"));
}
