#include "agent/sharing/attachment.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

namespace {

RemotePlace place_at(const char* url) {
    ServerSpec spec;
    spec.source = UrlSource{url, {}};
    return place_of(spec);
}

}  // namespace

TEST_CASE(
    "Where a remote server is, is its host and port, without who signs in there and what is asked for") {
    CHECK(place_at("https://mcp.example.org/mcp?key=hidden").host == "mcp.example.org");
    CHECK(place_at("https://mcp.example.org/mcp?key=hidden").port == 443);
    CHECK(place_at("http://user:secret@host.test:8080/mcp").host == "host.test");
    CHECK(place_at("http://user:secret@host.test:8080/mcp").port == 8080);
    CHECK(place_at("http://[::1]/mcp").host == "::1");
    CHECK(place_at("http://[::1]/mcp").port == 80);
    CHECK(place_at("no address").host.empty());
}

TEST_CASE("A server without an address of its own is nowhere") {
    ServerSpec spec;
    spec.source = CommandSource{"node", {"server.js"}};
    CHECK(place_of(spec).host.empty());
    CHECK(place_of(spec).port == 0);
}
