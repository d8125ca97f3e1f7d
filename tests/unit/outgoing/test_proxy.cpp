#include "agent/outgoing/proxy.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace mcpm::outgoing;

namespace {

ReadVariable of(std::map<std::string, std::string> variables) {
    return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
}

}  // namespace

TEST_CASE("The environment names the proxy as it does for curl") {
    const Network none;
    CHECK(proxy_for(none, "https", "a.example", of({})).empty());
    CHECK(proxy_for(none, "http", "a.example", of({{"http_proxy", "http://p:1"}})) == "http://p:1");
    CHECK(proxy_for(none, "http", "a.example", of({{"HTTP_PROXY", "http://p:1"}})).empty());
    CHECK(proxy_for(none, "https", "a.example", of({{"http_proxy", "http://p:1"}})).empty());
    CHECK(proxy_for(none, "https", "a.example", of({{"HTTPS_PROXY", "http://p:2"}})) == "http://p:2");
    CHECK(proxy_for(none, "https", "a.example",
                    of({{"https_proxy", "http://small:1"}, {"HTTPS_PROXY", "http://big:1"}})) ==
          "http://small:1");
    CHECK(proxy_for(none, "http", "a.example", of({{"ALL_PROXY", "socks5h://p:3"}})) == "socks5h://p:3");
    CHECK(proxy_for(none, "http", "a.example", of({{"all_proxy", "http://p:1"}, {"no_proxy", "example"}}))
              .empty());
}

TEST_CASE("Settings come before the environment") {
    const Network network{"http://ours:8080", "internal", {}};
    const auto environment = of({{"https_proxy", "http://theirs:1"}, {"no_proxy", "a.example"}});
    CHECK(proxy_for(network, "https", "a.example", environment) == "http://ours:8080");
    CHECK(proxy_for(network, "http", "db.internal", environment).empty());
    CHECK(certificates_file({}, of({{"SSL_CERT_FILE", "/a.pem"}})) == "/a.pem");
    CHECK(certificates_file({}, of({{"CURL_CA_BUNDLE", "/b.pem"}, {"SSL_CERT_FILE", "/a.pem"}})) == "/b.pem");
    CHECK(certificates_file({{}, {}, "/c.pem"}, of({{"SSL_CERT_FILE", "/a.pem"}})) == "/c.pem");
}

TEST_CASE("Exempt are names, domains, addresses and networks") {
    for (const char* list :
         {"*", "example.org", ".example.org", "EXAMPLE.org.", "a, b example.org", "api.example.org"})
        CHECK(is_exempt(list, "api.example.org"));
    for (const char* list : {"", ",", "ample.org", "example.com", "x.api.example.org", "10.0.0.0/8"})
        CHECK_FALSE(is_exempt(list, "api.example.org"));
    CHECK(is_exempt("10.0.0.0/8", "10.200.3.4"));
    CHECK(is_exempt("192.168.1.7", "192.168.1.7"));
    CHECK(is_exempt("fd00::/8", "[fd12::1]"));
    CHECK_FALSE(is_exempt("10.0.0.0/8", "11.0.0.1"));
    CHECK_FALSE(is_exempt("10.0.0.0/99", "10.0.0.1"));
    CHECK_FALSE(is_exempt("0.0.0.1", "10.0.0.1"));
}

TEST_CASE("What a person sees of a proxy has no credentials") {
    CHECK(without_credentials("http://user:pass@proxy:3128/") == "http://proxy:3128");
    CHECK(without_credentials("user:p@ss@proxy:3128") == "http://proxy:3128");
    CHECK(without_credentials("socks5h://[::1]:1080") == "socks5h://[::1]:1080");
}
