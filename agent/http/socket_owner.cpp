#include "agent/http/socket_owner.hpp"

#include "common/unique_fd.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include <array>
#include <cstring>

namespace mcpm::http {

namespace {

struct Question {
    nlmsghdr header{};
    inet_diag_req_v2 asked{};
};

void put_end(const sockaddr_storage& end, __be16& port, std::array<__be32, 4>& address) {
    if (end.ss_family == AF_INET) {
        const auto& four = reinterpret_cast<const sockaddr_in&>(end);
        port = four.sin_port;
        address[0] = four.sin_addr.s_addr;
    } else {
        const auto& six = reinterpret_cast<const sockaddr_in6&>(end);
        port = six.sin6_port;
        std::memcpy(address.data(), &six.sin6_addr, sizeof six.sin6_addr);
    }
}

bool is_loopback(const sockaddr_storage& end) {
    if (end.ss_family == AF_INET)
        return (ntohl(reinterpret_cast<const sockaddr_in&>(end).sin_addr.s_addr) >> 24) == 127;
    return end.ss_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6&>(end).sin6_addr);
}

/// Seen from the peer, whose socket it is.
Question question(const sockaddr_storage& peer, const sockaddr_storage& own) {
    Question out;
    out.header.nlmsg_len = sizeof out;
    out.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    out.header.nlmsg_flags = NLM_F_REQUEST;
    out.asked.sdiag_family = static_cast<__u8>(peer.ss_family);
    out.asked.sdiag_protocol = IPPROTO_TCP;
    out.asked.idiag_states = ~0u;
    out.asked.id.idiag_cookie[0] = out.asked.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    std::array<__be32, 4> source{}, destination{};
    put_end(peer, out.asked.id.idiag_sport, source);
    put_end(own, out.asked.id.idiag_dport, destination);
    std::memcpy(out.asked.id.idiag_src, source.data(), sizeof source);
    std::memcpy(out.asked.id.idiag_dst, destination.data(), sizeof destination);
    return out;
}

}  // namespace

std::optional<uid_t> owner_over_loopback(const sockaddr_storage& peer, const sockaddr_storage& own) {
    if (!is_loopback(peer) || peer.ss_family != own.ss_family) return std::nullopt;
    const UniqueFd kernel(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG));
    if (!kernel) return std::nullopt;
    const Question asked = question(peer, own);
    if (::send(kernel.get(), &asked, sizeof asked, 0) != static_cast<ssize_t>(sizeof asked))
        return std::nullopt;
    alignas(nlmsghdr) std::array<char, 1024> answer{};
    const ssize_t got = ::recv(kernel.get(), answer.data(), answer.size(), 0);  // the kernel answers at once
    nlmsghdr header{};
    inet_diag_msg found{};
    if (got < static_cast<ssize_t>(NLMSG_HDRLEN + sizeof found)) return std::nullopt;
    std::memcpy(&header, answer.data(), sizeof header);
    if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY) return std::nullopt;
    std::memcpy(&found, answer.data() + NLMSG_HDRLEN, sizeof found);
    return found.idiag_uid;
}

}  // namespace mcpm::http
