// "127.0.0.1:3000", "[::1]:3000": an address the agent listens on with TCP. Pure. Only literals: a name could
// mean another address tomorrow.
#pragma once

#include "common/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mcpm {

struct ListenAddress {
    std::string host;  // an IPv4 or IPv6 literal as inet_ntop writes it, without brackets
    std::uint16_t port = 0;

    bool operator==(const ListenAddress&) const = default;
};

/// "HOST:PORT", "[HOST]:PORT" or "PORT" (of 127.0.0.1); "localhost" is 127.0.0.1. Port 0 is any free one.
Result<ListenAddress> parse_listen_address(std::string_view text);
std::string format_listen_address(const ListenAddress& address);

/// Reached from this machine alone: 127.0.0.0/8 or ::1.
bool is_loopback(const ListenAddress& address);

}  // namespace mcpm
