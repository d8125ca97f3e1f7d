#include "common/listen_address.hpp"

#include "common/number.hpp"
#include "common/url.hpp"

#include <arpa/inet.h>

#include <array>

namespace mcpm {

namespace {

/// As inet_ntop writes it; empty when it is no such literal.
std::string normal_literal(int family, const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    std::array<char, INET6_ADDRSTRLEN> out{};
    if (::inet_pton(family, text.c_str(), bytes.data()) != 1) return {};
    return ::inet_ntop(family, bytes.data(), out.data(), out.size());
}

Error bad(std::string_view text) {
    return Error{ErrorCode::validation_error,
                 "'" + std::string(text.substr(0, 64)) +
                     "' is not an address to listen on (127.0.0.1:3000, [::1]:3000)"};
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    const auto written = colon == std::string_view::npos ? "127.0.0.1" : text.substr(0, colon);
    const auto digits = colon == std::string_view::npos ? text : text.substr(colon + 1);
    std::string host(without_brackets(written));
    const bool is_six = host.size() != written.size();
    if (host == "localhost") host = "127.0.0.1";
    ListenAddress address{normal_literal(is_six ? AF_INET6 : AF_INET, host)};
    const auto port = parse_number<std::uint16_t>(digits);
    if (address.host.empty() || !port) return bad(text);
    address.port = *port;
    return address;
}

std::string format_listen_address(const ListenAddress& address) {
    return join_authority(address.host, address.port);
}

bool is_loopback(const ListenAddress& address) {
    return address.host.starts_with("127.") || address.host == "::1";
}

}  // namespace mcpm
