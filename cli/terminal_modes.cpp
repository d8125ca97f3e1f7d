#include "cli/terminal_modes.hpp"

#include <unistd.h>

namespace mcpm::cli {

namespace {

bool is_pending(const sigset_t& wanted) {
    sigset_t pending;
    sigemptyset(&pending);
    ::sigpending(&pending);
    sigset_t both;
    sigandset(&both, &pending, &wanted);
    return sigisemptyset(&both) == 0;
}

}  // namespace

TerminalModes::TerminalModes()
    : is_terminal_(::isatty(STDIN_FILENO) != 0 && ::tcgetattr(STDIN_FILENO, &usual_) == 0) {}

TerminalModes::~TerminalModes() {
    restore();
}

bool TerminalModes::is_foreground() const {
    return is_terminal_ && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
}

bool TerminalModes::set(const termios& modes, int when) {
    if (!is_foreground() || ::tcsetattr(STDIN_FILENO, when, &modes) != 0) return false;
    is_set_ = true;
    return true;
}

void TerminalModes::restore(int when) {
    if (!is_set_ || !is_foreground()) return;
    ::tcsetattr(STDIN_FILENO, when, &usual_);
    is_set_ = false;
}

bool wait_for_foreground(const TerminalModes& terminal, const sigset_t& ending) {
    sigset_t continued;
    sigemptyset(&continued);
    sigaddset(&continued, SIGCONT);
    constexpr timespec at_once{0, 0};
    while (!terminal.is_foreground()) {
        if (is_pending(ending)) return false;
        while (::sigtimedwait(&continued, nullptr, &at_once) == SIGCONT) continue;
        ::raise(SIGTTOU);
        if (!is_pending(continued)) return terminal.is_foreground();
    }
    return true;
}

void stop_as_job(TerminalModes& terminal, int when) {
    terminal.restore(when);
    struct sigaction usual {
    }, before{};
    usual.sa_handler = SIG_DFL;
    sigset_t stop, mask;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    ::sigaction(SIGTSTP, &usual, &before);
    ::raise(SIGTSTP);
    ::sigprocmask(SIG_UNBLOCK, &stop, &mask);
    ::sigprocmask(SIG_SETMASK, &mask, nullptr);
    ::sigaction(SIGTSTP, &before, nullptr);
}

}  // namespace mcpm::cli
