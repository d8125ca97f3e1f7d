#include "agent/keeper/warden.hpp"

#include "agent/keeper/child_table.hpp"
#include "agent/keeper/own_children.hpp"

#include <climits>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

namespace mcpm::keeper {

namespace {

constexpr int channel_number = 3;  // the warden's descriptors, beside the standard ones
constexpr int signals_number = 4;
constexpr int end_rounds = 1000;  // of ten milliseconds

struct BirthReport {
    std::int32_t pid = -1;
    Stage stage = Stage::clone;
    std::int32_t error_number = ECHILD;
};

sigset_t child_signal() {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGCHLD);
    return set;
}

/// Nobody signals a warden but whoever may kill anything: the keeper's death shows as the end of the channel,
/// and a signal with it would leave alive what has escaped.
bool settle(int keeper) {
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    return ::setsid() >= 0 && ::getppid() == keeper && ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

/// The pipes of this child and everything of the others': held here, they would never end.
bool keep_only(int channel) {
    const sigset_t set = child_signal();
    const int signals = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    // Out of the way of both numbers first.
    const int high_channel = ::fcntl(channel, F_DUPFD_CLOEXEC, signals_number + 1);
    const int high_signals = ::fcntl(signals, F_DUPFD_CLOEXEC, signals_number + 1);
    if (signals < 0 || high_channel < 0 || high_signals < 0) return false;
    if (::dup2(high_channel, channel_number) < 0 || ::dup2(high_signals, signals_number) < 0) return false;
    return ::close_range(signals_number + 1, UINT_MAX, 0) == 0;
}

/// Everything but `child`, which stays a zombie and hides the others from P_ALL.
void reap_others(int child) {
    for_each_own_child([child](int pid) {
        siginfo_t ended{};
        if (pid != child) ::waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOHANG);
    });
}

bool has_ended(int child, Ending& ending) {
    siginfo_t ended{};
    if (::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT | WNOHANG) < 0) return true;
    if (ended.si_pid == 0) return false;
    ending = {ended.si_code, ended.si_status};
    return true;
}

/// What a killed process leaves behind becomes our child: until there is none.
void end_everything(int child) {
    for (int round = 0; round < end_rounds; ++round) {
        ::kill(-child, SIGKILL);
        for_each_own_child([](int pid) { ::kill(pid, SIGKILL); });
        siginfo_t ended{};
        do {
            ended.si_pid = 0;
            if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG) < 0 && errno == ECHILD) return;
            if (ended.si_pid == child) child = INT_MAX;  // its pid and group may be another's from now on
        } while (ended.si_pid != 0);
        const sigset_t set = child_signal();
        const timespec pause{0, 10'000'000};
        ::sigtimedwait(&set, nullptr, &pause);
    }
}

void watch_over(int child) {
    bool told = false;
    for (;;) {
        pollfd wanted[] = {{channel_number, POLLIN, 0}, {signals_number, POLLIN, 0}};
        if (::poll(wanted, 2, -1) < 0) continue;
        if (wanted[0].revents != 0) return end_everything(child);
        signalfd_siginfo info{};
        while (::read(signals_number, &info, sizeof info) == sizeof info) {
        }
        Ending ending;
        if (!told && has_ended(child, ending)) {
            told = ::send(channel_number, &ending, sizeof ending, MSG_NOSIGNAL) == sizeof ending;
        }
        reap_others(child);
    }
}

[[noreturn]] void be_warden(const BirthPlan& plan, int channel, int keeper) {
    BirthReport report;
    if (settle(keeper)) {
        const Birth birth = give_birth(plan);
        report = {birth.pid, birth.stage, birth.error_number};
    } else {
        report.error_number = errno;
    }
    const bool born = report.stage == Stage::none;
    const bool ready = born && keep_only(channel);
    if (born && !ready) {
        ::kill(report.pid, SIGKILL);
        report = {-1, Stage::clone, EMFILE};
    }
    // Whom it does not reach has died, which the channel shows, too.
    ::send(ready ? channel_number : channel, &report, sizeof report, MSG_NOSIGNAL);
    if (ready) watch_over(report.pid);
    ::_exit(0);
}

}  // namespace

Birth give_warded_birth(const BirthPlan& plan, std::int32_t& channel, std::int32_t& warden_pid) {
    Birth birth;
    int pair[2] = {-1, -1};
    const int keeper = ::getpid();
    int warden = -1;
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0) warden = ::fork();
    if (warden == 0) {
        ::close(pair[0]);
        be_warden(plan, pair[1], keeper);
    }
    BirthReport report;
    if (warden < 0) report.error_number = errno;
    close_descriptor(pair[1]);
    // Waits as long as an execution takes, as every birth does; a warden that dies closes its end.
    if (warden > 0) {
        while (::recv(pair[0], &report, sizeof report, 0) < 0 && errno == EINTR) {
        }
    }
    birth.stage = report.stage;
    birth.error_number = report.error_number;
    if (birth.stage == Stage::none) {
        // The warden does not reap it before we let go, so the pid is still the child's.
        birth.pid = report.pid;
        birth.pidfd = static_cast<int>(::syscall(SYS_pidfd_open, report.pid, 0));
        channel = pair[0];
        warden_pid = warden;
        return birth;
    }
    close_descriptor(pair[0]);
    siginfo_t ended{};
    while (warden > 0 && ::waitid(P_PID, static_cast<id_t>(warden), &ended, WEXITED) < 0 && errno == EINTR) {
    }
    return birth;
}

}  // namespace mcpm::keeper
