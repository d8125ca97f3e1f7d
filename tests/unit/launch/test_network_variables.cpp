#include "agent/launch/network_variables.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

using namespace mcpm;

TEST_CASE("Servers and installers find proxies, certificates and indexes where they look") {
    NetworkSettings network;
    network.proxy = "http://proxy.example:3128";
    network.no_proxy = "localhost,.example";
    network.ca_file = "/etc/company.pem";
    network.npm_registry = "https://npm.example/";
    network.pypi_index = "https://pypi.example/simple";
    const auto variables = network_variables(network, "/state/certificates.pem");
    CHECK(variables.at("HTTPS_PROXY") == "http://proxy.example:3128");
    CHECK(variables.at("http_proxy") == "http://proxy.example:3128");
    CHECK(variables.at("NO_PROXY") == "localhost,.example,127.0.0.1,::1");
    CHECK(variables.at("SSL_CERT_FILE") == "/state/certificates.pem");
    CHECK(variables.at("NODE_EXTRA_CA_CERTS") == "/etc/company.pem");
    CHECK(variables.at("npm_config_registry") == "https://npm.example/");
    CHECK(variables.at("UV_DEFAULT_INDEX") == "https://pypi.example/simple");
    CHECK(network_variables({}, "").empty());
    network.proxy.clear();
    CHECK(network_variables(network, "").at("no_proxy") == "localhost,.example");
}

TEST_CASE(
    "The certificates' file has the system's and the own ones, and one without a certificate is refused") {
    const test::TemporaryFolder folder;
    const std::filesystem::path own = folder.path() / "own.pem", all = folder.path() / "all.pem";
    NetworkSettings network;
    CHECK(write_certificates(network, all).value().empty());
    network.ca_file = own.string();
    CHECK_FALSE(write_certificates(network, all));
    std::ofstream(own) << "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    CHECK(write_certificates(network, all).value() == all.string());
    std::ifstream file(all);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    CHECK(text.ends_with("AAAA\n-----END CERTIFICATE-----\n"));
}
