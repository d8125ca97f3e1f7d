#include "agent/process/asked_signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

namespace mcpm {

namespace {

sigset_t asked_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set, number);
    return set;
}

}  // namespace

void block_asked_signals() {
    const sigset_t set = asked_signals();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

AskedSignals::AskedSignals(Loop& loop) : signals_(loop) {
    const sigset_t set = asked_signals();
    const int descriptor = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor >= 0) signals_.assign(descriptor);
}

Task<std::optional<AskedSignals::Asked>> AskedSignals::next() {
    for (;;) {
        const auto [failure] = co_await signals_.async_wait(Descriptor::wait_read);
        if (failure) co_return std::nullopt;
        signalfd_siginfo info{};
        if (::read(signals_.native_handle(), &info, sizeof info) != sizeof info) continue;
        co_return Asked{static_cast<int>(info.ssi_signo), static_cast<pid_t>(info.ssi_pid)};
    }
}

}  // namespace mcpm
