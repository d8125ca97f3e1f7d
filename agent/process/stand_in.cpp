#include "agent/process/stand_in.hpp"

#include "agent/http/socket_door.hpp"
#include "agent/process/sd_notify.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <utility>

namespace mcpm {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{10};
constexpr int try_again_milliseconds = 100;

UniqueFd watch_end_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT}) ::sigaddset(&set, number);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    return UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

bool has_ended(int process) {
    pollfd ended{process, POLLIN, 0};
    return ::poll(&ended, 1, 0) > 0;
}

/// Waits for the keeper's end, for the agent's (the conversation ends) or for a signal, which is passed on.
void wait_for_news(int process, int signals, int conversation) {
    std::array<pollfd, 3> news{{{process, POLLIN, 0}, {signals, POLLIN, 0}, {conversation, POLLIN, 0}}};
    const int limit = conversation < 0 ? try_again_milliseconds : -1;
    if (::poll(news.data(), news.size(), limit) <= 0) return;
    signalfd_siginfo info{};
    if ((news[1].revents & POLLIN) != 0 && ::read(signals, &info, sizeof info) == sizeof info)
        (void)::syscall(SYS_pidfd_send_signal, process, SIGTERM, nullptr, 0);
}

}  // namespace

Result<> stand_in_for(int keeper_pid, const std::vector<UniqueFd>& sockets) {
    const UniqueFd keeper(static_cast<int>(::syscall(SYS_pidfd_open, keeper_pid, 0)));
    if (!keeper) return system_error(fmt::format("look after the keeper {}", keeper_pid), errno);
    const UniqueFd signals = watch_end_signals();
    std::optional<SteadyClock::time_point> nobody_since = SteadyClock::now();
    UniqueFd conversation;
    while (!has_ended(keeper.get())) {
        if (!conversation) {
            auto handed = http::hand_over(keeper_pid, sockets);
            if (handed) {
                conversation = std::move(*handed);
                nobody_since.reset();
                sd_notify_state(
                    fmt::format("READY=1\nSTATUS=an agent runs already (keeper {}); it serves this "
                                "socket",
                                keeper_pid));
            } else {
                if (!nobody_since) nobody_since = SteadyClock::now();
                if (SteadyClock::now() - *nobody_since > patience) return handed.error();
            }
        }
        wait_for_news(keeper.get(), signals.get(), conversation.get());
        char word = 0;
        if (conversation && ::recv(conversation.get(), &word, 1, MSG_DONTWAIT) == 0) conversation.reset();
    }
    return {};
}

}  // namespace mcpm
