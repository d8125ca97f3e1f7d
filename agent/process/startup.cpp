#include "agent/process/startup.hpp"

#include "agent/http/listener.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string>
#include <system_error>
#include <utility>

namespace mcpm {

namespace {

/// Whose a folder may be: what the agent reads but does not write may be the administrator's (/etc/mcpm).
enum class Owner { us, us_or_root };

Result<> prepare_folder(const std::filesystem::path& folder, Owner owner) {
    std::error_code failure;
    std::filesystem::create_directories(folder.parent_path(), failure);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        return system_error("create the folder " + folder.string(), errno, ErrorCode::unavailable);
    }
    struct stat found {};
    if (::stat(folder.c_str(), &found) != 0)
        return system_error("look at the folder " + folder.string(), errno);
    if (!S_ISDIR(found.st_mode)) {
        return Error{ErrorCode::conflict, fmt::format("{} is not a folder", folder.string())};
    }
    if (owner == Owner::us_or_root && found.st_uid == 0 && ::geteuid() != 0) return {};
    if (found.st_uid != ::geteuid()) {
        return Error{ErrorCode::forbidden,
                     fmt::format("the folder {} belongs to uid {}, not to uid {} that runs this agent",
                                 folder.string(), found.st_uid, ::geteuid())};
    }
    if ((found.st_mode & 077) != 0) (void)::chmod(folder.c_str(), 0700);
    return {};
}

std::string read_holder(int descriptor) {
    char text[32] = {};
    const ssize_t length = ::pread(descriptor, text, sizeof(text) - 1, 0);
    std::string holder(text, length > 0 ? static_cast<std::size_t>(length) : 0);
    holder.erase(std::min(holder.find('\n'), holder.size()));
    return holder.empty() ? "unknown" : holder;
}

}  // namespace

Result<> prepare_folders(const Paths& paths) {
    if (auto prepared = prepare_folder(paths.config, Owner::us_or_root); !prepared) return prepared;
    for (const auto& folder : {paths.data, paths.state, paths.runtime}) {
        if (auto prepared = prepare_folder(folder, Owner::us); !prepared) return prepared;
    }
    return {};
}

Result<UniqueFd> take_lock(const Paths& paths) {
    const auto file = paths.lock();
    UniqueFd lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock && errno == EROFS) lock.reset(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!lock) return system_error("open the lock " + file.string(), errno, ErrorCode::unavailable);
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return system_error("lock " + file.string(), errno, ErrorCode::unavailable);
        return Error{ErrorCode::conflict,
                     fmt::format("another agent runs for this data folder: pid {}", read_holder(lock.get())),
                     {},
                     "see it with `mcpm agent status`, end it with `mcpm agent stop`"};
    }
    const std::string pid = fmt::format("{}\n", ::getpid());
    // A read-only data folder keeps an old pid in the file; the lock itself is what counts.
    if (::ftruncate(lock.get(), 0) == 0) (void)!::pwrite(lock.get(), pid.data(), pid.size(), 0);
    return lock;
}

int lock_holder(const Paths& paths) {
    const UniqueFd lock(::open(paths.lock().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    const std::string text = lock ? read_holder(lock.get()) : std::string();
    int pid = 0;
    std::from_chars(text.data(), text.data() + text.size(), pid);
    return pid;
}

Result<std::vector<UniqueFd>> open_listeners(const Paths& paths, std::vector<UniqueFd> passed) {
    for (const UniqueFd& socket : passed) {
        int listens = 0;
        socklen_t size = sizeof(listens);
        if (::getsockopt(socket.get(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0)
            continue;
        return Error{ErrorCode::validation_error,
                     fmt::format("socket activation: descriptor {} is not a listening socket", socket.get()),
                     {},
                     "the socket unit needs Accept=no and ListenStream="};
    }
    if (!passed.empty()) return passed;
    std::vector<UniqueFd> listeners;
    auto socket = http::bind_unix_socket(paths.socket());
    if (!socket) return socket.error();
    listeners.push_back(std::move(*socket));
    return listeners;
}

}  // namespace mcpm
