#include "agent/packages/arrival_lock.hpp"

#include "common/own_file.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <utility>

namespace mcpm {

Result<UniqueFd> take_arrival_lock(const std::filesystem::path& packages, IfHeld if_held) {
    const auto file = packages / ".arriving";
    auto opened = open_own_file(file, O_RDWR | O_CREAT);
    if (!opened) return opened.error();
    const int how = LOCK_EX | (if_held == IfHeld::give_up ? LOCK_NB : 0);
    while (::flock(opened->get(), how) != 0) {
        if (errno == EINTR) continue;
        if (errno == EWOULDBLOCK)
            return Error{ErrorCode::wrong_state, "packages are just being put into " + packages.string()};
        return system_error("lock " + file.string(), errno, ErrorCode::unavailable);
    }
    return std::move(*opened);
}

}  // namespace mcpm
