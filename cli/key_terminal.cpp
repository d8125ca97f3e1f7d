#include "cli/key_terminal.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace mcpm::cli {

namespace {

constexpr std::array taken{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGCONT};

}  // namespace

KeyTerminal::KeyTerminal() {
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : taken) sigaddset(&held, signal);
    ::sigprocmask(SIG_BLOCK, &held, &before_);
    signals_ = UniqueFd(::signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK));
    listen();
}

KeyTerminal::~KeyTerminal() {
    modes_.restore();
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

/// In the background the terminal is left alone: lines are printed there all the same.
void KeyTerminal::listen() {
    termios keys = modes_.usual();
    keys.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON);
    keys.c_cc[VMIN] = 0;
    keys.c_cc[VTIME] = 0;
    modes_.set(keys);
}

int KeyTerminal::next_signal() {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
        const int signal = static_cast<int>(info.ssi_signo);
        if (signal != SIGCONT) return signal;
        listen();
    }
    return 0;
}

bool KeyTerminal::read_keys(std::string& keys) {
    std::array<char, 64> typed{};
    const ssize_t got = ::read(STDIN_FILENO, typed.data(), typed.size());
    if (got < 0) return errno == EINTR || errno == EAGAIN;
    keys.append(typed.data(), static_cast<std::size_t>(got));
    return true;
}

void KeyTerminal::give_back_in_child() const {
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace mcpm::cli
