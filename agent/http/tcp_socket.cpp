#include "agent/http/tcp_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace mcpm::http {

namespace {

constexpr int backlog = 4096;

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;
};

SocketAddress to_socket_address(const ListenAddress& address) {
    SocketAddress out;
    auto& four = reinterpret_cast<sockaddr_in&>(out.storage);
    if (::inet_pton(AF_INET, address.host.c_str(), &four.sin_addr) == 1) {
        four.sin_family = AF_INET;
        four.sin_port = htons(address.port);
        out.length = sizeof four;
        return out;
    }
    auto& six = reinterpret_cast<sockaddr_in6&>(out.storage);
    ::inet_pton(AF_INET6, address.host.c_str(), &six.sin6_addr);
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(address.port);
    out.length = sizeof six;
    return out;
}

Error could_not(const ListenAddress& address, int error_number) {
    if (error_number == EADDRINUSE) {
        return Error{ErrorCode::conflict,
                     "listening on " + format_listen_address(address) + ": another program has this port"};
    }
    return system_error("listening on " + format_listen_address(address), error_number);
}

}  // namespace

Result<UniqueFd> bind_tcp_socket(const ListenAddress& address) {
    const auto target = to_socket_address(address);
    UniqueFd socket(::socket(target.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return could_not(address, errno);
    const int on = 1;
    // Connections of the last agent that are not quite over do not keep the port from the next one.
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (target.storage.ss_family == AF_INET6)
        ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    const auto* name = reinterpret_cast<const sockaddr*>(&target.storage);
    if (::bind(socket.get(), name, target.length) != 0 || ::listen(socket.get(), backlog) != 0)
        return could_not(address, errno);
    return socket;
}

std::optional<ListenAddress> listen_address_of(const sockaddr_storage& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.ss_family == AF_INET) {
        const auto& four = reinterpret_cast<const sockaddr_in&>(address);
        ::inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
        return ListenAddress{text.data(), ntohs(four.sin_port)};
    }
    if (address.ss_family == AF_INET6) {
        const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
        ::inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
        return ListenAddress{text.data(), ntohs(six.sin6_port)};
    }
    return std::nullopt;
}

std::optional<ListenAddress> bound_address(int socket) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0) return std::nullopt;
    return listen_address_of(address);
}

bool is_listening(int socket) {
    int listens = 0;
    socklen_t size = sizeof listens;
    return ::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0;
}

}  // namespace mcpm::http
