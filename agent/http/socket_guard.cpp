#include "agent/http/socket_guard.hpp"

#include "agent/async/notifier.hpp"
#include "agent/http/listener.hpp"
#include "agent/http/socket_holder.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mcpm::http {

namespace {

constexpr std::chrono::seconds look_again{2};  // where nothing tells, or it could not be bound
constexpr std::chrono::milliseconds look_again_at_other{250};
constexpr std::chrono::milliseconds before_binding{100};

/// Of a listening socket, or of one that is connected to it: the process that called listen(2).
pid_t maker_of(int socket) {
    ucred credentials{};
    socklen_t length = sizeof credentials;
    const bool known = ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0;
    return known ? credentials.pid : -1;
}

std::optional<std::pair<dev_t, ino_t>> inode_of(const std::filesystem::path& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) return std::nullopt;
    return std::pair{found.st_dev, found.st_ino};
}

/// Never waits: errno EAGAIN when the queue is full, so somebody listens.
bool connect_to(int socket, const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string& text = path.native();
    if (text.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, text.data(), text.size());
    return ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

SocketGuard::SocketGuard(Loop& loop, PathWatch& disk, std::filesystem::path path, Hooks hooks)
    : path_(std::move(path)),
      hooks_(std::move(hooks)),
      watcher_(disk, loop, {WatchedPath{path_, WatchedPath::What::existence}}, look_again) {}

void SocketGuard::add(int socket) {
    makers_.insert(maker_of(socket));
    // What another bound at the path may be this one: looked at anew.
    if (other_since_) watcher_.tell();
}

SocketGuard::AtPath SocketGuard::find() {
    const auto inode = inode_of(path_);
    if (inode && inode == known_) return AtPath::known;
    const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!probe) return known_ ? AtPath::known : AtPath::somebody;  // no descriptor left: nothing can be said
    if (!connect_to(probe.get(), path_)) {
        const bool is_anybodys = errno == EAGAIN || is_being_bound(path_);
        return is_anybodys ? AtPath::somebody : AtPath::nobody;
    }
    return makers_.contains(maker_of(probe.get())) ? AtPath::ours : AtPath::somebody;
}

void SocketGuard::remember() {
    known_ = inode_of(path_);
    other_since_.reset();
    said_.clear();
}

void SocketGuard::say_once(const std::string& what) {
    if (what != said_) hooks_.say(what);
    said_ = what;
}

bool SocketGuard::bind_anew(const std::string& why) {
    auto socket = bind_unix_socket(path_, other_since_ ? Bind::take_over : Bind::when_free);
    if (!socket) {
        say_once(why + ", and it can't be bound again: " + socket.error().message);
        return false;
    }
    add(socket->get());
    remember();
    hooks_.say(why + "; it was bound again");
    hooks_.serve(std::move(*socket));
    return true;
}

bool SocketGuard::wait_for_other() {
    const auto now = Clock::now();
    if (!other_since_) other_since_ = now;
    if (now - *other_since_ < patience_) return false;
    return bind_anew("another process listened on the socket " + path_.string() + " in the agent's place");
}

bool SocketGuard::look() {
    switch (find()) {
        case AtPath::known:
            return true;
        case AtPath::ours:
            remember();
            return true;
        case AtPath::nobody:
            other_since_.reset();
            return bind_anew("the socket " + path_.string() + " was gone");
        case AtPath::somebody:
            return wait_for_other();
    }
    return false;
}

Task<> SocketGuard::watch() {
    for (;;) {
        const auto seen = watcher_.before_look();
        // Who removes our socket may be about to bind its own there, as systemd does for a socket unit;
        // nobody can know before it did. Once it is bound it is known (socket_holder.hpp). Should ours be
        // there first, systemd removes it and binds again, and that is waited for likewise.
        co_await sleep_for(before_binding);
        std::optional<Clock::duration> pause;
        if (!look()) pause = other_since_ ? Clock::duration(look_again_at_other) : look_again;
        co_await watcher_.changed(seen, pause);
    }
}

}  // namespace mcpm::http
