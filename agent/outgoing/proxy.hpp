// Which proxy a request goes through, as curl(1) decides: http_proxy, https_proxy or HTTPS_PROXY, else
// all_proxy or ALL_PROXY; not for what no_proxy or NO_PROXY names. Settings come before the environment.
// Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::outgoing {

/// How the outside is reached. Empty: as the environment says.
struct Network {
    std::string proxy = {};     // URL; for http and https alike
    std::string no_proxy = {};  // hosts, domains, addresses and networks, with commas
    std::string ca_file = {};   // PEM; beside those of the system
};

using ReadVariable = std::function<std::optional<std::string>(const char* name)>;

/// The proxy's URL; empty when there is none on the way. `scheme` and `host` in lower case, an IPv6 host with
/// or without its brackets.
std::string proxy_for(const Network& network, std::string_view scheme, std::string_view host,
                      const ReadVariable& environment);

/// Whether a host is in such a list: "*", a name, a domain with all below it (".example.org" or
/// "example.org"), an address, or a network in CIDR form.
bool is_exempt(std::string_view no_proxy, std::string_view host);

/// A URL as a person may see it: scheme, host and port, without credentials.
std::string without_credentials(std::string_view proxy);

/// The file of certificates that the environment names, as curl(1) and OpenSSL read it: CURL_CA_BUNDLE, else
/// SSL_CERT_FILE. Empty when there is none.
std::string certificates_file(const Network& network, const ReadVariable& environment);

}  // namespace mcpm::outgoing
