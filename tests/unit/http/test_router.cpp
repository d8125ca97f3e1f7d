#include "agent/http/router.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::http;

namespace {

Router sample() {
    return Router({{"GET", "/api/servers"},
                   {"POST", "/api/servers"},
                   {"GET", "/api/servers/{id}"},
                   {"DELETE", "/api/servers/{id}"},
                   {"POST", "/api/servers/{id}/tools/{tool}/call"},
                   {"GET", "/health"}});
}

}  // namespace

TEST_CASE("A path finds its row and the values of its names") {
    const auto router = sample();
    const auto match = router.find("POST", "/api/servers/web/tools/read_file/call");
    REQUIRE(match.route != nullptr);
    CHECK(match.route->pattern == "/api/servers/{id}/tools/{tool}/call");
    CHECK(match.values == std::vector<std::string>{"web", "read_file"});
}

TEST_CASE("An encoded slash belongs to the name and never splits it") {
    const auto router = sample();
    const auto match = router.find("GET", "/api/servers/a%2Fb%20c%E2%9C%93");
    REQUIRE(match.route != nullptr);
    CHECK(match.values == std::vector<std::string>{"a/b c\xe2\x9c\x93"});
}

TEST_CASE("A plus in a path is a plus") {
    const auto router = sample();
    CHECK(router.find("GET", "/api/servers/a+b").values.at(0) == "a+b");
}

TEST_CASE("Literals are compared after decoding") {
    const auto router = sample();
    CHECK(router.find("GET", "/%61pi/servers").route != nullptr);
    CHECK(router.find("GET", "/API/servers").route == nullptr);
}

TEST_CASE("Dot segments are data: they climb nowhere") {
    const auto router = sample();
    CHECK(router.find("GET", "/api/x/../servers").route == nullptr);
    CHECK(router.find("GET", "/api/./servers").route == nullptr);
    CHECK(router.find("GET", "/api/servers/..").values.at(0) == "..");
    CHECK(router.find("GET", "/api/servers/%2e%2e").values.at(0) == "..");
}

TEST_CASE("Empty segments match nothing") {
    const auto router = sample();
    for (const auto* path : {"", "/", "//", "/api//servers", "/api/servers/", "api/servers"}) {
        CAPTURE(path);
        const auto match = router.find("GET", path);
        CHECK(match.route == nullptr);
        CHECK(match.allowed.empty());
    }
}

TEST_CASE("A wrong method is told from an unknown path and names what is allowed") {
    const auto router = sample();
    const auto match = router.find("PUT", "/api/servers/web");
    CHECK(match.route == nullptr);
    CHECK(match.allowed == std::vector<std::string_view>{"GET", "HEAD", "DELETE"});
    CHECK(match.pattern == "/api/servers/{id}");
    CHECK(match.values == std::vector<std::string>{"web"});
    CHECK(router.find("GET", "/nowhere").allowed.empty());
    CHECK(router.find("GET", "/nowhere").pattern.empty());
}

TEST_CASE("HEAD is answered by the row of GET") {
    const auto router = sample();
    const auto match = router.find("HEAD", "/health");
    REQUIRE(match.route != nullptr);
    CHECK(match.route->method == "GET");
    CHECK(router.find("HEAD", "/api/servers/a/tools/b/call").route == nullptr);
}

TEST_CASE("A bad escape in a value and a path of very many segments match nothing") {
    const auto router = sample();
    CHECK(router.find("GET", "/api/servers/%zz").route == nullptr);
    std::string deep;
    for (int i = 0; i < 1000; ++i) deep += "/a";
    CHECK(router.find("GET", deep).route == nullptr);
}
