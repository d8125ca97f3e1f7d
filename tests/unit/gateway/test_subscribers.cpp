#include "agent/gateway/subscribers.hpp"
#include "tests/unit/gateway/exchanges.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;
using namespace mcpm::gateway;
using namespace mcpm::test;

TEST_CASE("A server is told of the first subscriber and of the last one that goes") {
    Loop loop{1};
    const auto ada = make_client(loop);
    const auto bob = make_client(loop, "bob");
    Subscribers subscribers;
    CHECK(subscribers.add("a", *ada));
    CHECK_FALSE(subscribers.add("a", *bob));
    CHECK_FALSE(subscribers.add("a", *bob));
    CHECK(subscribers.add("b", *bob));
    CHECK(subscribers.uris() == std::set<std::string>{"a", "b"});
    CHECK_FALSE(subscribers.remove("a", *ada));
    CHECK_FALSE(subscribers.remove("a", *ada));
    CHECK(subscribers.remove("a", *bob));
    CHECK_FALSE(subscribers.remove("never", *bob));
    CHECK(subscribers.uris() == std::set<std::string>{"b"});
}

TEST_CASE("An update concerns who subscribed to the resource, or to what it is a part of") {
    Loop loop{1};
    const auto ada = make_client(loop);
    const auto bob = make_client(loop, "bob");
    Subscribers subscribers;
    subscribers.add("file:///a", *ada);
    subscribers.add("file:///a/b", *bob);
    const auto concerned = [&](std::string_view uri) {
        std::string who;
        subscribers.each_concerned(uri, [&](const Client& client, const std::string& subscribed) {
            who += client.principal + " " + subscribed + ";";
        });
        return who;
    };
    CHECK(concerned("file:///a") == "ada file:///a;");
    CHECK(concerned("file:///a/b") == "ada file:///a;bob file:///a/b;");
    CHECK(concerned("file:///ab").empty());
    CHECK(concerned("file:///").empty());
}
