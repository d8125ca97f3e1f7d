#include "agent/http/socket_door.hpp"

#include "agent/http/tcp_socket.hpp"

#include <fmt/format.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

namespace mcpm::http {

namespace {

constexpr std::size_t most_sockets = 16;
constexpr std::size_t most_visitors = 4;

struct DoorAddress {
    sockaddr_un address{};
    socklen_t size = 0;
};

/// An abstract name: no file that could be removed.
DoorAddress door_of(int keeper_pid) {
    DoorAddress door;
    door.address.sun_family = AF_UNIX;
    const std::string name = fmt::format("mcpm-door-{}-{}", ::geteuid(), keeper_pid);
    std::memcpy(door.address.sun_path + 1, name.data(), name.size());
    door.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    return door;
}

bool is_of_our_user(int socket) {
    ucred other{};
    socklen_t length = sizeof other;
    return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &other, &length) == 0 && other.uid == ::geteuid();
}

/// Room for the most descriptors that one packet carries.
struct Control {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(most_sockets * sizeof(int))> bytes{};
};

std::vector<UniqueFd> take_in(int visitor) {
    char word = 0;
    iovec text{&word, 1};
    Control control;
    msghdr packet{};
    packet.msg_iov = &text;
    packet.msg_iovlen = 1;
    packet.msg_control = control.bytes.data();
    packet.msg_controllen = control.bytes.size();
    std::vector<UniqueFd> sockets;
    if (::recvmsg(visitor, &packet, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) <= 0) return sockets;
    for (cmsghdr* part = CMSG_FIRSTHDR(&packet); part != nullptr; part = CMSG_NXTHDR(&packet, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t place = 0; place < count; ++place) {
            int descriptor = -1;
            std::memcpy(&descriptor, CMSG_DATA(part) + place * sizeof(int), sizeof(int));
            sockets.emplace_back(descriptor);
        }
    }
    return sockets;
}

bool send_sockets(int door, const std::vector<UniqueFd>& sockets) {
    char word = 's';
    iovec text{&word, 1};
    Control control;
    const std::size_t count = std::min(sockets.size(), most_sockets);
    msghdr packet{};
    packet.msg_iov = &text;
    packet.msg_iovlen = 1;
    packet.msg_control = control.bytes.data();
    packet.msg_controllen = CMSG_SPACE(count * sizeof(int));
    cmsghdr* const part = CMSG_FIRSTHDR(&packet);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(count * sizeof(int));
    for (std::size_t place = 0; place < count; ++place) {
        const int descriptor = sockets[place].get();
        std::memcpy(CMSG_DATA(part) + place * sizeof(int), &descriptor, sizeof(int));
    }
    return ::sendmsg(door, &packet, MSG_NOSIGNAL) == 1;
}

}  // namespace

SocketDoor::SocketDoor(Loop& loop, UniqueFd socket, Take take)
    : socket_(loop, socket.release()), visitors_(loop), take_(std::move(take)) {}

Result<std::unique_ptr<SocketDoor>> SocketDoor::open(Loop& loop, int keeper_pid, Take take) {
    UniqueFd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const DoorAddress door = door_of(keeper_pid);
    if (!socket || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&door.address), door.size) != 0 ||
        ::listen(socket.get(), most_visitors) != 0) {
        return system_error("open the door for sockets that are handed over", errno, ErrorCode::conflict);
    }
    return std::unique_ptr<SocketDoor>(new SocketDoor(loop, std::move(socket), std::move(take)));
}

Task<> SocketDoor::converse(std::shared_ptr<Descriptor> visitor, Take take) {
    for (;;) {
        const auto [failure] = co_await visitor->async_wait(Descriptor::wait_read);
        if (failure) co_return;
        auto sockets = take_in(visitor->native_handle());
        if (sockets.empty()) co_return;
        for (auto& socket : sockets) {
            if (is_listening(socket.get())) take(std::move(socket));
        }
        (void)::send(visitor->native_handle(), "t", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
}

Task<> SocketDoor::serve() {
    for (;;) {
        const auto [failure] = co_await socket_.async_wait(Descriptor::wait_read);
        if (failure) co_return;
        UniqueFd visitor(::accept4(socket_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!visitor || !is_of_our_user(visitor.get()) || visitors_.size() >= most_visitors) continue;
        visitors_.spawn(
            "sockets handed over",
            converse(std::make_shared<Descriptor>(socket_.get_executor(), visitor.release()), take_));
    }
}

Result<UniqueFd> hand_over(int keeper_pid, const std::vector<UniqueFd>& sockets) {
    const Error nobody{ErrorCode::not_found, "hand the sockets over: the agent does not take them"};
    UniqueFd door(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    if (!door) return system_error("hand the sockets over", errno);
    const timeval limit{2, 0};
    for (const int direction : {SO_RCVTIMEO, SO_SNDTIMEO})
        ::setsockopt(door.get(), SOL_SOCKET, direction, &limit, sizeof limit);
    const DoorAddress address = door_of(keeper_pid);
    if (::connect(door.get(), reinterpret_cast<const sockaddr*>(&address.address), address.size) != 0)
        return nobody;
    if (!is_of_our_user(door.get()) || !send_sockets(door.get(), sockets)) return nobody;
    char word = 0;
    if (::recv(door.get(), &word, 1, 0) != 1) return nobody;
    return door;
}

}  // namespace mcpm::http
