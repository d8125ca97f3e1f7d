#include "common/socket_trust.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace mcpm {

namespace {

constexpr const char* own_folder_hint =
    "nothing was sent; set XDG_RUNTIME_DIR or MCPM_RUNTIME_DIR to a folder of your own";

Error refused(std::string why) {
    return Error{ErrorCode::forbidden, std::move(why), {}, own_folder_hint};
}

bool only_root_writes(const std::filesystem::path& folder) {
    struct stat found {};
    return ::stat(folder.c_str(), &found) == 0 && found.st_uid == 0 && (found.st_mode & 022) == 0;
}

}  // namespace

Result<uid_t> check_socket_folder(const std::filesystem::path& folder) {
    const std::string name = folder.string();
    const std::string attempted = "connect to the agent below " + name;
    struct stat found {};
    if (::lstat(name.c_str(), &found) != 0) return system_error(attempted, errno, ErrorCode::unavailable);
    if (S_ISLNK(found.st_mode)) return refused(attempted + ": the folder is a link");
    if (!S_ISDIR(found.st_mode)) return refused(attempted + ": it is not a folder");
    const uid_t own = ::geteuid();
    const bool is_trusted =
        found.st_uid == own || found.st_uid == 0 || (own == 0 && only_root_writes(folder.parent_path()));
    if (!is_trusted)
        return refused(attempted + ": the folder belongs to uid " + std::to_string(found.st_uid) +
                       ", who could read what is sent there");
    if ((found.st_mode & 022) != 0) return refused(attempted + ": others may write in the folder");
    return found.st_uid;
}

Result<> check_socket_peer(int socket, const std::filesystem::path& path, uid_t also) {
    ucred peer{};
    socklen_t length = sizeof peer;
    const std::string attempted = "connect to " + path.string();
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0)
        return system_error(attempted + ": ask who listens", errno, ErrorCode::unavailable);
    if (peer.uid == ::geteuid() || peer.uid == 0 || peer.uid == also) return {};
    return refused(attempted + ": who listens there is uid " + std::to_string(peer.uid) + ", not uid " +
                   std::to_string(::geteuid()));
}

Result<> check_socket_peer(int socket, const std::filesystem::path& path) {
    return check_socket_peer(socket, path, 0);
}

}  // namespace mcpm
