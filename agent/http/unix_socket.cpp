// bind_unix_socket(): from its first moment the socket is open to nobody but us.
#include "agent/http/listener.hpp"
#include "common/own_file.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace mcpm::http {

namespace {

constexpr int backlog = 4096;

Result<sockaddr_un> address_of(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string text = path.string();
    if (text.size() >= sizeof address.sun_path) {
        return Error{ErrorCode::validation_error,
                     "binding " + text + ": a socket's path has at most 107 bytes"};
    }
    std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
    return address;
}

const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

/// Nothing, when the path is free or what lies there is a socket that nobody answers on.
Result<> check_stale(const std::filesystem::path& path, const sockaddr_un& address, Bind how) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno == ENOENT) return {};
        return system_error("looking at " + path.string(), errno);
    }
    if (!S_ISSOCK(found.st_mode)) {
        return Error{ErrorCode::conflict,
                     "binding " + path.string() + ": something that is not a socket lies there"};
    }
    if (how == Bind::take_over) return {};
    const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!probe) return system_error("binding " + path.string(), errno);
    const bool is_answered = ::connect(probe.get(), generic(address), sizeof address) == 0;
    // A full queue means that somebody listens, too.
    if (is_answered || errno == EAGAIN) {
        return Error{ErrorCode::conflict, "binding " + path.string() + ": another agent answers there"};
    }
    return {};
}

}  // namespace

Result<UniqueFd> bind_unix_socket(const std::filesystem::path& path, Bind how) {
    const auto address = address_of(path);
    if (!address) return address.error();
    // Ours alone: made with mode 0700, or found so; another's folder, or a link in its place, is refused.
    const auto folder = make_own_folder(path.parent_path(), {Links::refused, Owner::us});
    if (!folder) return folder.error();
    if (auto stale = check_stale(path, *address, how); !stale) return stale.error();

    // Born under another name, so that nobody meets it before its mode is right and it listens. A folder that
    // only we can enter makes that true whatever the umask is.
    // The temporary name is as long, so that a path that fits is a path that can be bound.
    auto name = path.filename().string();
    name.front() = name.front() == '~' ? '_' : '~';
    const auto newborn = path.parent_path() / name;
    const auto newborn_address = address_of(newborn);
    if (!newborn_address) return newborn_address.error();
    ::unlink(newborn.c_str());
    UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return system_error("creating a socket", errno);
    if (::bind(socket.get(), generic(*newborn_address), sizeof(sockaddr_un)) != 0) {
        return system_error("binding " + newborn.string(), errno);
    }
    if (::chmod(newborn.c_str(), 0600) != 0)
        return system_error("closing " + newborn.string() + " to others", errno);
    if (::listen(socket.get(), backlog) != 0) return system_error("listening on " + newborn.string(), errno);
    if (::rename(newborn.c_str(), path.c_str()) != 0)
        return system_error("renaming to " + path.string(), errno);
    return socket;
}

}  // namespace mcpm::http
