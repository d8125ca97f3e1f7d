#include "agent/keeper/keeper_loop.hpp"

#include "agent/keeper/marks.hpp"
#include "agent/keeper/own_children.hpp"
#include "agent/keeper/warden.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <utility>

namespace mcpm::keeper {

namespace {

constexpr std::int64_t agent_leave_milliseconds = 90'000;
constexpr std::int64_t end_milliseconds = 10'000;
constexpr int full_channel_milliseconds = 10;

std::int64_t clock_milliseconds(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

sigset_t handled_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGPIPE}) ::sigaddset(&set, number);
    return set;
}

/// A closed descriptor 0, 1 or 2 would be taken by one of ours.
void fill_standard_descriptors() {
    int fd = ::open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= 2) fd = ::open("/dev/null", O_RDWR);
    if (fd > 2) ::close(fd);
}

std::uint64_t raise_open_files() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) return 0;
    const std::uint64_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return before;
}

}  // namespace

namespace {

/// False while it lives.
bool asked_of_kernel(const Child& child, Ending& ending) {
    siginfo_t ended{};
    // A failure cannot be: nobody else reaps our children. Do not spin on it.
    if (::waitid(P_PID, static_cast<id_t>(child.pid), &ended, WEXITED | WNOWAIT | WNOHANG) < 0) return true;
    if (ended.si_pid == 0) return false;
    ending = {ended.si_code, ended.si_status};
    return true;
}

enum class Told { nothing, ending, gone };

Told told_by_warden(const Child& child, Ending& ending) {
    const ssize_t got = ::recv(child.warden, &ending, sizeof ending, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Told::nothing;
    return got == sizeof ending ? Told::ending : Told::gone;
}

}  // namespace

std::int64_t now_milliseconds() {
    return clock_milliseconds(CLOCK_MONOTONIC);
}

void say(const char* format, ...) {
    char line[400] = "mcpmd keeper: ";
    std::size_t size = std::strlen(line);
    va_list arguments;
    va_start(arguments, format);
    const int more = std::vsnprintf(line + size, sizeof line - size - 1, format, arguments);
    va_end(arguments);
    if (more > 0) size = std::strlen(line);
    line[size++] = '\n';
    // Nobody to tell when this fails.
    if (::write(2, line, size) < 0) return;
}

KeeperLoop::KeeperLoop(KeeperOptions options) : options_(std::move(options)) {
    list_agent_arguments();
}

KeeperLoop::~KeeperLoop() {
    close_descriptor(standing_.agent_pidfd);
    close_descriptor(standing_.channel);
    close_descriptor(poll_);
    close_descriptor(signals_);
}

bool KeeperLoop::watch(int descriptor, std::uint32_t events, std::uint64_t mark) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = mark;
    if (::epoll_ctl(poll_, EPOLL_CTL_ADD, descriptor, &event) == 0) return true;
    return errno == EEXIST && ::epoll_ctl(poll_, EPOLL_CTL_MOD, descriptor, &event) == 0;
}

bool KeeperLoop::prepare() {
    fill_standard_descriptors();
    // An inherited "ignore" would reap children behind our back.
    ::signal(SIGCHLD, SIG_DFL);
    // A limit on the size of files is a failed write for us, not the end of every server.
    for (const int number : {SIGXFSZ, SIGXCPU}) ::signal(number, SIG_IGN);
    const sigset_t set = handled_signals();
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    signals_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    poll_ = ::epoll_create1(EPOLL_CLOEXEC);
    if (signals_ < 0 || poll_ < 0 || !watch(signals_, EPOLLIN, mark_signals)) {
        say("cannot prepare the loop: %s", std::strerror(errno));
        return false;
    }
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) {
        say("cannot become the reaper of orphans: %s", std::strerror(errno));
        return false;
    }
    standing_.open_files = raise_open_files();
    standing_.inherited = raise_soft_limits();
    return true;
}

int run_keeper(KeeperOptions options) {
    KeeperLoop keeper(std::move(options));
    return keeper.prepare() ? keeper.run() : 1;
}

int KeeperLoop::run() {
    if (standing_.agent_pid < 0 && standing_.start_agent_at == 0)
        standing_.start_agent_at = now_milliseconds();
    orphans_ = true;
    while (!leaving_) turn();
    end_everything();
    return exit_status_;
}

void KeeperLoop::turn() {
    on_timers();
    if (leaving_) return;
    flush();
    epoll_event events[64];
    const int count = ::epoll_wait(poll_, events, 64, wait_limit());
    for (int place = 0; place < count; ++place) dispatch(events[place]);
    if (count == 0 && orphans_) reap_orphans();
}

int KeeperLoop::wait_limit() const {
    if (orphans_) return 0;
    std::int64_t next = -1;
    for (const std::int64_t at : {standing_.start_agent_at, standing_.give_up_at}) {
        if (at != 0 && (next < 0 || at < next)) next = at;
    }
    std::int64_t limit = -1;
    if (next >= 0) limit = next <= now_milliseconds() ? 0 : next - now_milliseconds();
    if (channel_full_ && (limit < 0 || limit > full_channel_milliseconds)) limit = full_channel_milliseconds;
    return limit < 0 ? -1 : static_cast<int>(limit);
}

void KeeperLoop::on_timers() {
    const std::int64_t now = now_milliseconds();
    if (standing_.give_up_at != 0 && standing_.give_up_at <= now) {
        standing_.give_up_at = 0;
        say("the agent did not leave in time and is killed");
        if (standing_.agent_pid > 0) ::kill(standing_.agent_pid, SIGKILL);
    }
    if (standing_.start_agent_at != 0 && standing_.start_agent_at <= now) {
        standing_.start_agent_at = 0;
        if (!start_agent()) plan_next_agent(-1);
    }
}

void KeeperLoop::dispatch(const epoll_event& event) {
    switch (event.data.u64) {
        case mark_signals:
            return read_signals();
        case mark_channel:
            return read_channel();
        case mark_agent:
            return on_agent_end();
        default:
            return on_child_end(event.data.u64);
    }
}

void KeeperLoop::read_signals() {
    signalfd_siginfo info{};
    while (::read(signals_, &info, sizeof info) == sizeof info) {
        const int number = static_cast<int>(info.ssi_signo);
        if (number == SIGCHLD) {
            orphans_ = true;
        } else if (number == SIGHUP) {
            if (standing_.agent_pid > 0) ::kill(standing_.agent_pid, SIGHUP);
        } else if (number == SIGTERM || number == SIGINT) {
            ask_agent_to_leave(SIGTERM);
        }
    }
}

void KeeperLoop::agent_leaves(std::int32_t seconds) {
    standing_.shutdown = 1;
    standing_.give_up_at =
        now_milliseconds() + (seconds > 0 ? std::int64_t{1000} * seconds : agent_leave_milliseconds);
}

void KeeperLoop::ask_agent_to_leave(int signal_number) {
    const bool first = standing_.shutdown == 0 || standing_.give_up_at == 0;
    standing_.shutdown = 1;
    if (standing_.agent_pid < 0) {
        leaving_ = true;
        return;
    }
    if (!first) return;
    standing_.give_up_at = now_milliseconds() + agent_leave_milliseconds;
    ::kill(standing_.agent_pid, signal_number);
}

void KeeperLoop::watch_end(const Child& child) {
    watch(child.warden >= 0 ? child.warden : child.pidfd, EPOLLIN, child.handle);
}

/// A warden was killed: its child is ours from now on, and is about to end by its parent-death signal.
void KeeperLoop::lose_warden(Child& child) {
    close_descriptor(child.warden);
    child.warden_pid = 0;
    watch_end(child);
}

void KeeperLoop::on_child_end(std::uint64_t handle) {
    Child* const child = children_.find(handle);
    if (child == nullptr || child->ended) return;
    Ending ending;
    if (child->warden >= 0) {
        const Told told = told_by_warden(*child, ending);
        if (told == Told::gone) lose_warden(*child);
        if (told != Told::ending) return;
    } else if (!asked_of_kernel(*child, ending)) {
        return;
    }
    ::epoll_ctl(poll_, EPOLL_CTL_DEL, child->warden >= 0 ? child->warden : child->pidfd, nullptr);
    child->ended = true;
    child->ended_at = clock_milliseconds(CLOCK_REALTIME);
    child->exit_code = ending.code == CLD_EXITED ? ending.status : -1;
    child->exit_signal = ending.code == CLD_EXITED ? 0 : ending.status;
    if (child->released) {
        release(handle);
    } else {
        untold_ = true;
    }
}

void KeeperLoop::reap_orphans() {
    orphans_ = false;
    siginfo_t ended{};
    for (;;) {
        ended.si_pid = 0;
        if (::waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT | WNOHANG) < 0 || ended.si_pid == 0) return;
        if (ended.si_pid == standing_.agent_pid || children_.find_pid(ended.si_pid) != nullptr) break;
        ::waitid(P_PID, static_cast<id_t>(ended.si_pid), &ended, WEXITED | WNOHANG);
    }
    // A zombie that we keep hides the others from P_ALL.
    for_each_own_child([this](int pid) {
        if (pid == standing_.agent_pid || children_.find_pid(pid) != nullptr) return;
        siginfo_t orphan{};
        ::waitid(P_PID, static_cast<id_t>(pid), &orphan, WEXITED | WNOHANG);
    });
}

void KeeperLoop::end_everything() {
    drop_channel();
    const std::int64_t deadline = now_milliseconds() + end_milliseconds;
    for (;;) {
        // A child of ours is not reaped by anybody else, so its pid is its own; a group's leader is kept as a
        // zombie, so the group is its own too. What a killed process leaves behind becomes our child.
        for (const Child& child : children_) {
            if (child.handle != 0) ::kill(-child.pid, SIGKILL);
        }
        for_each_own_child([](int pid) { ::kill(pid, SIGKILL); });
        siginfo_t ended{};
        bool none = false;
        for (;;) {
            ended.si_pid = 0;
            if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG) < 0) {
                none = errno == ECHILD;
                break;
            }
            if (ended.si_pid == 0) break;
            if (Child* const child = children_.find_pid(ended.si_pid)) children_.remove(*child);
        }
        if (none) return;
        if (now_milliseconds() >= deadline) {
            say("some processes could not be ended");
            return;
        }
        sigset_t set = handled_signals();
        const timespec pause{0, 10'000'000};
        ::sigtimedwait(&set, nullptr, &pause);
    }
}

}  // namespace mcpm::keeper
