#include "agent/keeper/channel.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mcpm::keeper {

namespace {

struct ControlBuffer {
    alignas(cmsghdr) char bytes[CMSG_SPACE(sizeof(int) * descriptor_limit)] = {};
};

void collect(msghdr& header, Descriptors& descriptors) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t place = 0; place < count; ++place) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(part) + place * sizeof(int), sizeof fd);
            descriptors.add(fd);
        }
    }
}

}  // namespace

void Descriptors::add(int fd) {
    if (count_ < descriptor_limit) {
        fds_[count_++] = fd;
    } else {
        ::close(fd);
    }
}

int Descriptors::take(std::size_t place) {
    if (place >= count_) return -1;
    const int fd = fds_[place];
    fds_[place] = -1;
    return fd;
}

void Descriptors::close_all() {
    for (std::size_t place = 0; place < count_; ++place) {
        if (fds_[place] >= 0) ::close(fds_[place]);
        fds_[place] = -1;
    }
    count_ = 0;
}

Received receive(int socket, Message& message, Descriptors& descriptors) {
    descriptors.close_all();
    ControlBuffer control;
    // One byte more than a message shows a packet that is too long.
    struct {
        Message message;
        char beyond;
    } buffer;
    iovec vector{&buffer, sizeof(Message) + 1};
    msghdr header{};
    header.msg_iov = &vector;
    header.msg_iovlen = 1;
    header.msg_control = control.bytes;
    header.msg_controllen = sizeof control.bytes;
    const ssize_t size = ::recvmsg(socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (size < 0) {
        return errno == EAGAIN || errno == EINTR ? Received::would_block : Received::closed;
    }
    collect(header, descriptors);
    if (size == 0) return Received::closed;
    if (size != sizeof(Message) || (header.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) != 0) {
        descriptors.close_all();
        return Received::malformed;
    }
    std::memcpy(&message, &buffer.message, sizeof message);
    return Received::received;
}

int send(int socket, const Message& message, const int* descriptors, std::size_t count) {
    ControlBuffer control;
    iovec vector{const_cast<Message*>(&message), sizeof message};
    msghdr header{};
    header.msg_iov = &vector;
    header.msg_iovlen = 1;
    if (count > descriptor_limit) return EINVAL;
    if (count > 0) {
        header.msg_control = control.bytes;
        header.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        cmsghdr* part = CMSG_FIRSTHDR(&header);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(sizeof(int) * count);
        std::memcpy(CMSG_DATA(part), descriptors, sizeof(int) * count);
    }
    for (;;) {
        if (::sendmsg(socket, &header, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return 0;
        if (errno != EINTR) return errno;
    }
}

}  // namespace mcpm::keeper
