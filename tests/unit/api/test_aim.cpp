// Every route, with every odd name in its path: who may pass, and as whom.
#include "agent/api/aim.hpp"
#include "agent/door/access.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace mcpm;

namespace {

std::optional<door::Credential> known(std::string_view secret) {
    if (secret == "bound-secret") return door::Credential{"bound", false, "small team"};
    return std::nullopt;
}

http::Request bound(std::string method, std::string path, std::string_view upgrade = {}) {
    http::Request request;
    request.method = std::move(method);
    request.path = request.target = std::move(path);
    request.peer.address = "127.0.0.1:50000";
    request.peer.local_address = "127.0.0.1:3000";
    request.headers = {{"host", "127.0.0.1:3000"},
                       {"authorization", "Bearer bound-secret"},
                       {"content-type", "application/json"}};
    if (!upgrade.empty()) {
        request.headers.emplace_back("connection", "Upgrade");
        request.headers.emplace_back("upgrade", upgrade);
    }
    api::take_aim(request);
    return request;
}

door::Verdict decided(const http::Request& request) {
    return door::decide_access(request, {1000, HttpAuth::token, {}, {}}, known);
}

/// As a path may have it, in the plainest way and in the oddest.
std::string every_byte_encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        constexpr std::string_view digits = "0123456789abcdef";
        out += '%';
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

/// The path of a route with `name` in place of each value; its literals encoded as well, or not.
std::string path_of(std::string_view pattern, const std::string& name, bool encodes_all) {
    std::string path;
    while (!pattern.empty()) {
        pattern.remove_prefix(1);  // the slash
        const auto segment = pattern.substr(0, pattern.find('/'));
        pattern.remove_prefix(segment.size());
        const bool is_value = segment.starts_with('{');
        path += '/';
        path += is_value ? name : encodes_all ? every_byte_encoded(segment) : std::string(segment);
    }
    return path;
}

std::vector<std::string> odd_names() {
    std::vector<std::string> names;
    for (const char* name :
         {"p",     "mcp",     "sse",     "stdio",    "message",    "api",          "health",
          "ready", "servers", "..",      ".",        "small team", "small%20team", "small",
          "other", "p/stdio", "p/other", "a/../mcp", "{profile}",  "{server}",     "*",
          "%",     "?",       "#",       "\xc3\xa4"}) {
        names.push_back(every_byte_encoded(name));
        if (std::string_view(name).find_first_of("%?# \xc3") == std::string_view::npos) names.push_back(name);
    }
    return names;
}

}  // namespace

TEST_CASE("A client's authority is that of the route, whatever the names in its path are") {
    std::size_t let_in = 0;
    for (const auto& row : api::routes()) {
        for (const auto& name : odd_names()) {
            for (const bool encodes_all : {false, true}) {
                for (const char* method : {"GET", "POST", "DELETE", "PATCH", "HEAD", "GET upgraded"}) {
                    const auto path = path_of(row.pattern, name, encodes_all);
                    const bool is_upgraded = std::string_view(method) == "GET upgraded";
                    const auto request = is_upgraded ? bound("GET", path, "mcp-stdio") : bound(method, path);
                    CAPTURE(method);
                    CAPTURE(path);
                    CAPTURE(request.route);
                    const auto verdict = decided(request);
                    const bool is_mcp =
                        request.route.starts_with("/mcp") || request.route.starts_with("/sse");
                    // What is open: whether the agent lives, whether a browser is signed in, and that there
                    // is no OAuth here.
                    const bool is_probe = request.route == "/health" || request.route == "/ready" ||
                                          request.route == "/api/session";
                    const bool is_others =
                        door::names_profile(request.route) && request.path_values.at(0) != "small team";
                    CHECK(!verdict.refusal == ((is_mcp && !is_others) || is_probe));
                    if (verdict.refusal || !is_mcp) continue;
                    ++let_in;
                    // Whatever it reaches, it reaches as its profile.
                    CHECK(verdict.profile == "small team");
                }
            }
        }
    }
    CHECK(let_in > 100);
}

TEST_CASE("A profile's own endpoints and a server named p are told apart by the route") {
    const auto stdio_of_p = bound("GET", "/mcp/p/stdio", "mcp-stdio");
    CHECK(stdio_of_p.route == "/mcp/{server}/stdio");
    CHECK_FALSE(door::names_profile(stdio_of_p.route));
    const auto profile = bound("GET", "/mcp/%70/small%20team/stdio");
    CHECK(door::names_profile(profile.route));
    CHECK(!decided(profile).refusal);
    CHECK(decided(bound("GET", "/mcp/%70/other/stdio")).refusal);
}

TEST_CASE("A server or profile named like a part of a path is reached, and a slash at the end says nothing") {
    struct Row {
        const char* method;
        const char* path;
        const char* upgrade;
        const char* route;
        std::vector<std::string> values;
    };
    const std::vector<Row> rows{
        {"POST", "/mcp/p", "", "/mcp/{server}", {"p"}},
        {"POST", "/mcp/mcp", "", "/mcp/{server}", {"mcp"}},
        {"POST", "/mcp/stdio", "", "/mcp/{server}", {"stdio"}},
        {"GET", "/mcp/stdio", "", "/mcp/{server}", {"stdio"}},
        {"DELETE", "/mcp/stdio", "", "/mcp/{server}", {"stdio"}},
        {"GET", "/mcp/stdio", "mcp-stdio", "/mcp/stdio", {}},
        {"GET", "/mcp/stdio/stdio", "mcp-stdio", "/mcp/{server}/stdio", {"stdio"}},
        {"POST", "/mcp/p/stdio", "", "/mcp/p/{profile}", {"stdio"}},
        {"GET", "/mcp/p/stdio", "", "/mcp/p/{profile}", {"stdio"}},
        {"GET", "/mcp/p/stdio", "mcp-stdio", "/mcp/{server}/stdio", {"p"}},
        {"GET", "/mcp/p/stdio/stdio", "mcp-stdio", "/mcp/p/{profile}/stdio", {"stdio"}},
        {"GET", "/mcp/a/stdio", "", "/mcp/{server}/stdio", {"a"}},
        {"POST", "/mcp/", "", "/mcp", {}},
        {"POST", "/mcp/a/", "", "/mcp/{server}", {"a"}},
        {"POST", "/mcp/p/a/", "", "/mcp/p/{profile}", {"a"}},
        {"POST", "/mcp/p/", "", "/mcp/{server}", {"p"}},
        {"GET", "/sse/a/", "", "/sse/{server}", {"a"}},
        {"POST", "/mcp//", "", "", {}},
        {"POST", "/mcp//a", "", "", {}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.method);
        CAPTURE(row.path);
        CAPTURE(row.upgrade);
        http::Request request;
        request.method = row.method;
        request.path = request.target = row.path;
        if (*row.upgrade != 0) request.headers = {{"connection", "Upgrade"}, {"upgrade", row.upgrade}};
        api::take_aim(request);
        CHECK(request.route == row.route);
        CHECK(request.path_values == row.values);
    }
}
