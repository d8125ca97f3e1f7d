#include "agent/keeper/birth.hpp"

#include "agent/keeper/clone.hpp"

#include <climits>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

// The child runs on a stack of its own that the sanitizers do not know.
#define MCPM_IN_CHILD __attribute__((no_sanitize("address", "undefined")))

namespace mcpm::keeper {

namespace {

constexpr std::size_t stack_bytes = 64U << 10U;
alignas(16) char child_stack[stack_bytes];

struct Attempt {
    const BirthPlan* plan;
    int parent;
    bool join_cgroup;  // by writing into cgroup.procs
    volatile Stage stage;
    volatile int error_number;
};

MCPM_IN_CHILD bool enter_session(int parent) {
    if (::setsid() < 0) return false;
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) return false;
    if (::getppid() != parent) ::_exit(127);  // it died before the line above
    struct sigaction action = {};
    action.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number) ::sigaction(number, &action, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    return ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0;
}

MCPM_IN_CHILD bool join_cgroup(int directory) {
    const int file = ::openat(directory, "cgroup.procs", O_WRONLY | O_CLOEXEC);
    if (file < 0) return false;
    return ::write(file, "0", 1) == 1;  // closed by exec
}

MCPM_IN_CHILD void go_back_to(const InheritedLimits& inherited) {
    rlimit limit{};
    for (std::size_t place = 0; raised_resources[place] >= 0; ++place) {
        const auto resource = static_cast<__rlimit_resource>(raised_resources[place]);
        if (inherited.soft_plus_one[place] == 0 || ::getrlimit(resource, &limit) != 0) continue;
        limit.rlim_cur = inherited.soft_plus_one[place] - 1;
        ::setrlimit(resource, &limit);
    }
}

MCPM_IN_CHILD bool set_limits(const BirthPlan& plan) {
    rlimit limit{};
    if (plan.inherited != nullptr) go_back_to(*plan.inherited);
    if (plan.open_files != 0 && ::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = plan.open_files;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    for (std::size_t place = 0; place < plan.limit_count; ++place) {
        if (plan.limits[place].resource >= RLIM_NLIMITS) {
            errno = EINVAL;
            return false;
        }
        limit.rlim_cur = plan.limits[place].value;
        limit.rlim_max = plan.limits[place].value;
        if (::setrlimit(static_cast<__rlimit_resource>(plan.limits[place].resource), &limit) < 0)
            return false;
    }
    return true;
}

/// First out of the way of every number, then into place.
MCPM_IN_CHILD bool place_descriptors(const BirthPlan& plan) {
    int moved[descriptor_limit + 16];
    if (plan.passed_count > sizeof moved / sizeof moved[0]) {
        errno = E2BIG;
        return false;
    }
    // Above every number a child is given; few numbers may be allowed in all (`ulimit -n 64`).
    int first_free = 3;
    for (std::size_t place = 0; place < plan.passed_count; ++place) {
        if (plan.passed[place].number >= first_free) first_free = plan.passed[place].number + 1;
    }
    for (std::size_t place = 0; place < plan.passed_count; ++place) {
        moved[place] = ::fcntl(plan.passed[place].descriptor, F_DUPFD_CLOEXEC, first_free);
        if (moved[place] < 0) return false;
    }
    ::close_range(3, UINT_MAX, CLOSE_RANGE_CLOEXEC);  // best effort: ours are close-on-exec from birth
    for (std::size_t place = 0; place < plan.passed_count; ++place) {
        if (::dup2(moved[place], plan.passed[place].number) < 0) return false;
    }
    return true;
}

MCPM_IN_CHILD Stage prepare(const Attempt& attempt) {
    const BirthPlan& plan = *attempt.plan;
    if (!enter_session(attempt.parent)) return Stage::session;
    if (attempt.join_cgroup && !join_cgroup(plan.cgroup)) return Stage::cgroup;
    // Before the limits: the number of open files may be smaller than the numbers used here.
    if (!place_descriptors(plan)) return Stage::stdio;
    if (!set_limits(plan)) return Stage::limits;
    if (plan.cwd != nullptr && ::chdir(plan.cwd) < 0) return Stage::cwd;
    ::execve(plan.program, plan.arguments, plan.environment);
    return Stage::exec;
}

MCPM_IN_CHILD int run_child(void* argument) {
    auto& attempt = *static_cast<Attempt*>(argument);
    attempt.stage = prepare(attempt);
    attempt.error_number = errno;
    ::_exit(127);
}

void bury(Birth& birth) {
    siginfo_t ended{};
    while (::waitid(P_PID, static_cast<id_t>(birth.pid), &ended, WEXITED) < 0 && errno == EINTR) {
    }
    ::close(birth.pidfd);
    birth.pid = -1;
    birth.pidfd = -1;
}

}  // namespace

Birth give_birth(const BirthPlan& plan) {
    Birth birth;
    Attempt attempt{&plan, ::getpid(), false, Stage::none, 0};
    const ChildStack stack{child_stack, stack_bytes};
    if (plan.cgroup >= 0)
        birth.pid = clone_into_cgroup(run_child, &attempt, stack, plan.cgroup, &birth.pidfd);
    if (birth.pid < 0) {
        // The child joins the cgroup in which it could not be born, which then says why.
        attempt.join_cgroup = plan.cgroup >= 0;
        birth.pid = clone_child(run_child, &attempt, stack, &birth.pidfd);
    }
    if (birth.pid < 0) {
        birth.stage = Stage::clone;
        birth.error_number = errno;
        return birth;
    }
    if (attempt.stage == Stage::none) return birth;
    birth.stage = attempt.stage;
    birth.error_number = attempt.error_number;
    bury(birth);
    return birth;
}

}  // namespace mcpm::keeper
