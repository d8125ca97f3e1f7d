#include "agent/process/lock_guard.hpp"

#include "common/living_agent.hpp"
#include "common/own_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <string>
#include <utility>

namespace mcpm {

LockGuard::Found LockGuard::look() {
    auto opened = open_own_file(paths_.lock(), O_RDWR | O_CREAT);
    if (!opened) return Found::unknown;
    if (::flock(opened->get(), LOCK_EX | LOCK_NB) != 0) return Found::held;
    const std::string text = lock_text(keeper_, paths_.socket());
    if (::ftruncate(opened->get(), 0) == 0) (void)!::pwrite(opened->get(), text.data(), text.size(), 0);
    lock_ = std::move(*opened);
    return Found::retaken;
}

}  // namespace mcpm
