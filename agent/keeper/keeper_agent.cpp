// The agent's start and end.
#include "agent/keeper/keeper_loop.hpp"
#include "agent/keeper/marks.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

extern char** environ;

namespace mcpm::keeper {

namespace {

constexpr std::int64_t long_life_milliseconds = 10'000;
constexpr std::int64_t first_pause_milliseconds = 100;
constexpr std::int64_t longest_pause_milliseconds = 5'000;
constexpr int channel_bytes = 1 << 20;

/// At once the first time, then 100 ms doubling to 5 s.
std::int64_t pause_before_start(std::uint32_t quick_ends) {
    if (quick_ends <= 1) return 0;
    const std::uint32_t doublings = std::min(quick_ends - 2, 16U);
    return std::min(first_pause_milliseconds << doublings, longest_pause_milliseconds);
}

}  // namespace

void KeeperLoop::list_agent_arguments() {
    static char option[] = "--agent-fd";
    static char number[] = "3";
    static_assert(agent_descriptor == 3);
    agent_arguments_.clear();
    for (std::string& argument : options_.arguments) agent_arguments_.push_back(argument.data());
    agent_arguments_.insert(agent_arguments_.end(), {option, number, nullptr});
}

bool KeeperLoop::start_agent() {
    int pair[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0) {
        say("cannot make a channel for the agent: %s", std::strerror(errno));
        return false;
    }
    for (const int end : pair) ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &channel_bytes, sizeof channel_bytes);
    PassedDescriptor passed[17];
    std::size_t count = 0;
    passed[count++] = {pair[1], agent_descriptor};
    for (const PassedDescriptor& one : options_.passed) {
        if (count < sizeof passed / sizeof passed[0]) passed[count++] = one;
    }
    BirthPlan plan;
    plan.program = options_.program.c_str();
    plan.arguments = agent_arguments_.data();
    plan.environment = environ;
    plan.passed = passed;
    plan.passed_count = count;
    const Birth birth = give_birth(plan);
    ::close(pair[1]);
    if (birth.stage != Stage::none) {
        ::close(pair[0]);
        say("cannot start the agent %s: %s: %s", plan.program, name_of(birth.stage).data(),
            std::strerror(birth.error_number));
        return false;
    }
    standing_.agent_pid = birth.pid;
    standing_.agent_pidfd = birth.pidfd;
    standing_.channel = pair[0];
    standing_.agent_started = now_milliseconds();
    standing_.greeted = 0;
    greeting_waits_ = true;
    for (Child& child : children_) {
        if (child.handle == 0 || child.released) continue;
        child.announce = Announce::kept;
        child.exit_told = false;
    }
    watch(birth.pidfd, EPOLLIN, mark_agent);
    watch(pair[0], EPOLLIN, mark_channel);
    return true;
}

void KeeperLoop::drop_channel() {
    close_descriptor(standing_.channel);
    greeting_waits_ = answer_waits_ = channel_full_ = untold_ = false;
}

void KeeperLoop::on_agent_end() {
    if (standing_.agent_pid < 0) return;
    siginfo_t ended{};
    if (::waitid(P_PID, static_cast<id_t>(standing_.agent_pid), &ended, WEXITED | WNOHANG) == 0 &&
        ended.si_pid == 0) {
        return;
    }
    // What it had still asked for is done before it is gone for good.
    for (int rounds = 0; rounds < 256 && standing_.channel >= 0; ++rounds) read_channel();
    drop_channel();
    close_descriptor(standing_.agent_pidfd);
    standing_.agent_pid = -1;
    const bool exited = ended.si_code == CLD_EXITED;
    const int code = exited ? ended.si_status : -1;
    if (standing_.shutdown != 0) {
        exit_status_ = code == 0 ? 0 : 1;
        leaving_ = true;
        return;
    }
    if (code == agent_misconfigured && standing_.first_agent != 0) {
        exit_status_ = agent_misconfigured;
        leaving_ = true;
        return;
    }
    standing_.give_up_at = 0;
    if (code != agent_restart) {
        say("the agent ended unasked (%s %d) and is started again", exited ? "exit status" : "signal",
            ended.si_status);
    }
    plan_next_agent(code);
}

void KeeperLoop::plan_next_agent(int exit_code) {
    standing_.first_agent = 0;
    if (standing_.shutdown != 0) {
        leaving_ = true;
        return;
    }
    const std::int64_t now = now_milliseconds();
    const bool lived =
        standing_.agent_started != 0 && now - standing_.agent_started >= long_life_milliseconds;
    // An upgrade soon after another is no crash; a breath between them keeps a bug from spinning.
    const bool asked = exit_code == agent_restart;
    const bool soon = now - standing_.agent_started < 1'000;
    standing_.quick_ends = lived || asked ? 1 : standing_.quick_ends + 1;
    const std::int64_t pause =
        asked && soon ? first_pause_milliseconds : pause_before_start(standing_.quick_ends);
    if (pause >= 1'000) {
        say("the agent keeps ending; trying again in %lld ms", static_cast<long long>(pause));
    }
    standing_.start_agent_at = now + pause;
}

}  // namespace mcpm::keeper
