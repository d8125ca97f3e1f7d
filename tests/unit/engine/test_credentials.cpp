#include "agent/engine/credentials.hpp"
#include "common/base64.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm::engine;

TEST_CASE("Credentials of a registry are found as docker login wrote them") {
    const std::string config =
        R"({"auths":{"ghcr.io":{"auth":"bWU6c2VjcmV0"},"https://index.docker.io/v1/":{"auth":"aHViOngAAA=="},
        "https://other.example/v2/":{"identitytoken":"tok"},"empty.example":{}}})";
    const auto ghcr = find_credentials(config, "ghcr.io");
    REQUIRE(ghcr->given);
    CHECK(ghcr->given->user == "me");
    CHECK(ghcr->given->password == "secret");
    CHECK(find_credentials(config, "docker.io")->given->user == "hub");
    CHECK(find_credentials(config, "docker.io")->given->password == "x");
    CHECK(find_credentials(config, "other.example")->given->identity_token == "tok");
    CHECK_FALSE(find_credentials(config, "empty.example")->given);
    CHECK_FALSE(find_credentials(config, "hcr.io")->given);
}

TEST_CASE("A registry's own helper goes before the common one, and its name is never a path") {
    const std::string config = R"({"credsStore":"pass","credHelpers":{"ghcr.io":"gh"}})";
    CHECK(find_credentials(config, "ghcr.io")->helper == "gh");
    CHECK(find_credentials(config, "docker.io")->helper == "pass");
    CHECK(find_credentials(R"({"credsStore":"../../bin/sh"})", "x").has_error());
    CHECK(find_credentials(R"({"credsStore":"a b"})", "x").has_error());
    for (const char* bad : {"", "[]", "{", "null"}) CHECK(find_credentials(bad, "x").has_error());
}

TEST_CASE("What a helper says") {
    CHECK(read_helper(R"({"ServerURL":"x","Username":"me","Secret":"s"})")->password == "s");
    CHECK(read_helper(R"({"Username":"<token>","Secret":"t"})")->identity_token == "t");
    CHECK_FALSE(read_helper("credentials not found in native keychain"));
}

TEST_CASE("Base 64 both ways, with the alphabets of RFC 4648") {
    for (const char* text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"})
        CHECK(mcpm::base64::decode(mcpm::base64::encode(text)) == text);
    CHECK(mcpm::base64::encode("fooba") == "Zm9vYmE=");
    CHECK(mcpm::base64::encode("\xff\xfe", mcpm::base64::Alphabet::url) == "__4=");
    CHECK_FALSE(mcpm::base64::decode("a b"));
    const auto header = mcpm::base64::decode(registry_auth({"me", "s"}, "docker.io"));
    REQUIRE(header);
    CHECK(header->find("https://index.docker.io/v1/") != std::string::npos);
}

TEST_CASE("Docker's configuration lies where DOCKER_CONFIG or HOME says") {
    CHECK(docker_config_path({{"HOME", "/h"}}) == "/h/.docker/config.json");
    CHECK(docker_config_path({{"HOME", "/h"}, {"DOCKER_CONFIG", "/c"}}) == "/c/config.json");
    CHECK(docker_config_path({}).empty());
}
