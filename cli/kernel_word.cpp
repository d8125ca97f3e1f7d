#include "cli/kernel_word.hpp"

#include "common/inotify_events.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <thread>

namespace mcpm::cli {

namespace {

using Milliseconds = std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr Milliseconds look_without_a_word{1000};
constexpr std::uint32_t asked =
    IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;

/// True when it can be read before `end`.
bool is_readable_by(int descriptor, Clock::time_point end) {
    for (;;) {
        const auto left = std::chrono::duration_cast<Milliseconds>(end - Clock::now()).count();
        pollfd entry{descriptor, POLLIN, 0};
        const int ready = ::poll(&entry, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000)));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
        if (Clock::now() >= end) return false;
    }
}

}  // namespace

bool ends_within(pid_t process, Milliseconds limit) {
    if (process <= 0) return false;
    const UniqueFd end(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    if (!end) return errno == ESRCH;
    return is_readable_by(end.get(), Clock::now() + limit);
}

FileWatch::FileWatch(const std::filesystem::path& file)
    : name_(file.filename().string()), events_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (events_ && ::inotify_add_watch(events_.get(), file.parent_path().c_str(), asked | IN_ONLYDIR) < 0)
        events_.reset();
}

bool FileWatch::read_events() {
    bool is_ours = false;
    bool is_at_end = false;
    read_inotify_events(events_.get(), [&](const inotify_event& event, std::string_view name) {
        // The folder itself went, or events were lost: whoever waits looks for himself.
        is_ours |= name.empty() || name == name_;
        is_at_end |= (event.mask & IN_IGNORED) != 0;
    });
    if (is_at_end) events_.reset();
    return is_ours;
}

void FileWatch::wait(Milliseconds limit) {
    if (!events_) return std::this_thread::sleep_for(std::min(limit, look_without_a_word));
    const auto end = Clock::now() + limit;
    while (is_readable_by(events_.get(), end))
        if (read_events()) return;
}

}  // namespace mcpm::cli
