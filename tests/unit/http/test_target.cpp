#include "agent/http/target.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace mcpm::http;

TEST_CASE("A target is taken apart into its path and its decoded parameters") {
    const auto target = parse_target("/api/servers/a%2Fb/logs?tail=5&grep=a%2Bb+c&follow");
    REQUIRE(target.has_value());
    CHECK(target->path == "/api/servers/a%2Fb/logs");
    CHECK(target->query.at("tail") == "5");
    CHECK(target->query.at("grep") == "a+b c");
    CHECK(target->query.at("follow").empty());
}

TEST_CASE("Of a parameter given twice the last one wins, and empty pieces are nothing") {
    const auto target = parse_target("/x?&a=1&&a=2&");
    REQUIRE(target.has_value());
    CHECK(target->query.size() == 1);
    CHECK(target->query.at("a") == "2");
}

TEST_CASE("The absolute form loses its host, a fragment is dropped") {
    CHECK(parse_target("http://localhost/x/y?z=1#f")->path == "/x/y");
    CHECK(parse_target("http://localhost")->path == "/");
    CHECK(parse_target("/a#b?c=1")->query.empty());
}

TEST_CASE("Bad escapes, bytes that are not UTF-8 and things that are no path are refused") {
    for (const auto* text :
         {"", "x", "/%", "/%4", "/%zz", "/?a=%f", "/%ff", "/?%c0%80=1", "/\x80", "/?a=%ed%a0%80"}) {
        CAPTURE(text);
        const auto target = parse_target(text);
        REQUIRE(!target);
        CHECK(target.error().code == ErrorCode::validation_error);
    }
}

TEST_CASE("The number of parameters is bounded") {
    std::string text = "/x?";
    for (int i = 0; i < 64; ++i) text += "a" + std::to_string(i) + "=1&";
    CHECK(parse_target(text).has_value());
    CHECK(!parse_target(text + "one=more"));
}
