#include "agent/process/sd_notify.hpp"

#include "common/unique_fd.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace mcpm {

void sd_notify_state(std::string_view state) {
    const char* path = std::getenv("NOTIFY_SOCKET");
    if (path == nullptr || (path[0] != '/' && path[0] != '@')) return;
    sockaddr_un address{};
    const std::size_t length = std::strlen(path);
    if (length >= sizeof(address.sun_path)) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path, length);
    if (path[0] == '@') address.sun_path[0] = '\0';
    const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket) return;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
    // Best effort, as sd_notify(3) advises: a service must not fail because nobody listens.
    (void)::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL,
                   reinterpret_cast<const sockaddr*>(&address), size);
}

std::vector<int> take_activation_descriptors() {
    constexpr int first = 3;
    constexpr int most = 16;
    const char* pid = std::getenv("LISTEN_PID");
    const char* count = std::getenv("LISTEN_FDS");
    std::vector<int> descriptors;
    if (pid != nullptr && count != nullptr && std::strtol(pid, nullptr, 10) == ::getpid()) {
        const long wanted = std::strtol(count, nullptr, 10);
        for (int fd = first; fd < first + wanted && fd < first + most; ++fd) {
            const int flags = ::fcntl(fd, F_GETFD);
            if (flags < 0) break;
            ::fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
            descriptors.push_back(fd);
        }
    }
    ::unsetenv("LISTEN_PID");
    ::unsetenv("LISTEN_FDS");
    ::unsetenv("LISTEN_FDNAMES");
    return descriptors;
}

}  // namespace mcpm
