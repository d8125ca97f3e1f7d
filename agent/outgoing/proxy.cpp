#include "agent/outgoing/proxy.hpp"

#include "common/ascii.hpp"
#include "common/number.hpp"
#include "common/url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace mcpm::outgoing {

namespace {

struct Address {
    std::array<std::uint8_t, 16> bytes{};
    std::size_t bits = 0;  // 32 or 128; 0: it is none
};

Address address_of(std::string_view text) {
    Address address;
    const std::string whole(text);
    if (::inet_pton(AF_INET, whole.c_str(), address.bytes.data()) == 1)
        address.bits = 32;
    else if (::inet_pton(AF_INET6, whole.c_str(), address.bytes.data()) == 1)
        address.bits = 128;
    return address;
}

/// "10.0.0.0/8"
bool is_in_network(std::string_view network, const Address& host) {
    const auto slash = network.find('/');
    const Address base = address_of(without_brackets(network.substr(0, slash)));
    if (base.bits == 0 || base.bits != host.bits) return false;
    std::optional<std::size_t> length = base.bits;
    if (slash != std::string_view::npos) {
        length = parse_number<std::size_t>(network.substr(slash + 1));
        if (!length || *length > base.bits) return false;
    }
    for (std::size_t bit = 0; bit < *length; ++bit) {
        const auto mask = static_cast<std::uint8_t>(0x80u >> (bit % 8));
        if ((base.bytes[bit / 8] & mask) != (host.bytes[bit / 8] & mask)) return false;
    }
    return true;
}

bool is_of_domain(std::string_view domain, std::string_view host) {
    while (domain.starts_with('.')) domain.remove_prefix(1);
    while (domain.ends_with('.')) domain.remove_suffix(1);
    while (host.ends_with('.')) host.remove_suffix(1);
    if (domain.empty() || !host.ends_with(domain)) return false;
    return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

std::string first_of(const ReadVariable& environment, std::initializer_list<const char*> names) {
    for (const char* const name : names) {
        auto value = environment(name);
        if (value && !value->empty()) return std::move(*value);
    }
    return {};
}

}  // namespace

bool is_exempt(std::string_view no_proxy, std::string_view given) {
    const std::string host = ascii::lowered(without_brackets(given));
    const Address address = address_of(host);
    constexpr std::string_view between = ", \t";
    while (!no_proxy.empty()) {
        const auto begin = no_proxy.find_first_not_of(between);
        if (begin == std::string_view::npos) return false;
        no_proxy.remove_prefix(begin);
        const auto end = std::min(no_proxy.find_first_of(between), no_proxy.size());
        const std::string item = ascii::lowered(no_proxy.substr(0, end));
        no_proxy.remove_prefix(end);
        if (item == "*") return true;
        if (address.bits != 0 ? is_in_network(item, address) : is_of_domain(item, host)) return true;
    }
    return false;
}

std::string proxy_for(const Network& network, std::string_view scheme, std::string_view host,
                      const ReadVariable& environment) {
    std::string no_proxy = network.no_proxy;
    if (no_proxy.empty()) no_proxy = first_of(environment, {"no_proxy", "NO_PROXY"});
    if (is_exempt(no_proxy, host)) return {};
    if (!network.proxy.empty()) return network.proxy;
    // HTTP_PROXY in capitals is what a CGI program gets from a request's Proxy header: curl does not read it.
    std::string proxy = scheme == "https" ? first_of(environment, {"https_proxy", "HTTPS_PROXY"})
                                          : first_of(environment, {"http_proxy"});
    return proxy.empty() ? first_of(environment, {"all_proxy", "ALL_PROXY"}) : proxy;
}

std::string without_credentials(std::string_view proxy) {
    const bool has_scheme = proxy.find("://") != std::string_view::npos;
    return origin_of_url(has_scheme ? std::string(proxy) : "http://" + std::string(proxy));
}

std::string certificates_file(const Network& network, const ReadVariable& environment) {
    if (!network.ca_file.empty()) return network.ca_file;
    return first_of(environment, {"CURL_CA_BUNDLE", "SSL_CERT_FILE"});
}

}  // namespace mcpm::outgoing
