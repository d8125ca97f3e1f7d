#include "common/listen_address.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

TEST_CASE("An address to listen on reads back as it was written") {
    for (const char* text : {"127.0.0.1:3000", "0.0.0.0:0", "[::1]:3000", "[::]:65535", "[fe80::1]:1"}) {
        CAPTURE(text);
        const auto address = parse_listen_address(text);
        REQUIRE(address.has_value());
        CHECK(format_listen_address(*address) == text);
    }
}

TEST_CASE("A port alone and localhost are the IPv4 loopback, and literals are written one way") {
    CHECK(format_listen_address(*parse_listen_address("3000")) == "127.0.0.1:3000");
    CHECK(format_listen_address(*parse_listen_address("localhost:80")) == "127.0.0.1:80");
    CHECK(format_listen_address(*parse_listen_address("[0:0:0:0:0:0:0:1]:80")) == "[::1]:80");
}

TEST_CASE("What is no address is refused") {
    for (const char* text :
         {"", ":", "127.0.0.1", "127.0.0.1:", ":3000", "127.0.0.1:65536", "127.0.0.1:-1", "::1:3000", "[]:1",
          "[127.0.0.1]:1", "box:3000", "127.0.0.1:3000x", " 127.0.0.1:1", "1.2.3:4"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_listen_address(text).has_value());
    }
}

TEST_CASE("Loopback is what this machine alone reaches") {
    CHECK(is_loopback({"127.0.0.1", 1}));
    CHECK(is_loopback({"127.8.8.8", 1}));
    CHECK(is_loopback({"::1", 1}));
    CHECK_FALSE(is_loopback({"0.0.0.0", 1}));
    CHECK_FALSE(is_loopback({"::", 1}));
    CHECK_FALSE(is_loopback({"192.168.1.1", 1}));
    CHECK_FALSE(is_loopback({"::ffff:127.0.0.1", 1}));
}
