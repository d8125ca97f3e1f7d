#include "agent/http/socket_guard.hpp"

#include "agent/http/listener.hpp"
#include "agent/http/socket_holder.hpp"

#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace mcpm::http {

namespace {

constexpr std::chrono::seconds look_again{15};
constexpr std::chrono::seconds look_again_without_changes{2};
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

SocketGuard::SocketGuard(Loop& loop, std::filesystem::path path, Hooks hooks)
    : path_(std::move(path)), hooks_(std::move(hooks)), changed_(loop), changes_(loop) {
    const int changes = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (changes >= 0) changes_.assign(changes);
}

void SocketGuard::add(int socket) {
    makers_.insert(maker_of(socket));
    // What another bound at the path may be this one: looked at anew.
    if (other_since_) changed_.notify_all();
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

/// Again each time: the folder may be another one than before.
void SocketGuard::watch_folder() {
    constexpr unsigned what = IN_CREATE | IN_DELETE | IN_MOVE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
    if (changes_.is_open())
        (void)::inotify_add_watch(changes_.native_handle(), path_.parent_path().c_str(), what);
}

Task<> SocketGuard::read_changes() {
    std::array<char, 4096> bytes{};
    while (changes_.is_open()) {
        const auto [failure] = co_await changes_.async_wait(Descriptor::wait_read);
        if (failure) co_return;
        while (::read(changes_.native_handle(), bytes.data(), bytes.size()) > 0) {
        }
        changed_.notify_all();
    }
}

Task<> SocketGuard::watch() {
    for (;;) {
        const auto seen = changed_.count();
        watch_folder();
        // Who removes our socket may be about to bind its own there, as systemd does for a socket unit;
        // nobody can know before it did. Once it is bound it is known (socket_holder.hpp). Should ours be
        // there first, systemd removes it and binds again, and that is waited for likewise.
        co_await sleep_for(before_binding);
        const bool is_ours = look();
        watch_folder();  // a folder that was made a moment ago too
        Clock::duration pause = changes_.is_open() ? look_again : look_again_without_changes;
        if (!is_ours && other_since_) pause = look_again_at_other;
        (void)co_await changed_.wait_since(seen, pause);
    }
}

}  // namespace mcpm::http
