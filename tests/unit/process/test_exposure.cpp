#include "agent/process/exposure.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

TEST_CASE("Running as root and listening beyond this machine are said") {
    HttpSettings http;
    CHECK(exposures(1000, http).empty());
    CHECK(exposures(0, http).size() == 1);
    CHECK(exposures(0, http).front().starts_with("the agent runs as root"));
    http.listen = {{"127.0.0.1", 3000}, {"0.0.0.0", 3000}, {"::", 3001}, {"192.0.2.1", 3002}};
    const auto said = exposures(1000, http);
    REQUIRE(said.size() == 3);
    CHECK(said[0].starts_with("http.listen has 0.0.0.0:3000: it listens on every address of this machine"));
    CHECK(said[1].starts_with("http.listen has [::]:3001: it listens on every address of this machine"));
    CHECK(said[2].starts_with(
        "http.listen has 192.0.2.1:3002: it listens on an address that other machines may reach"));
}

TEST_CASE("How to sign in is said where the agent listens beyond this machine") {
    HttpSettings http;
    CHECK(sign_in_words(http).empty());
    http.listen = {{"127.0.0.1", 3000}, {"0.0.0.0", 3000}};
    CHECK(sign_in_words(http).find("mcpm dashboard --print") != std::string::npos);
}
