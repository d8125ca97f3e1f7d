#include "cli/hidden_input.hpp"

#include "cli/environment.hpp"
#include "cli/terminal_modes.hpp"
#include "common/utf8.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string_view>
#include <utility>

namespace mcpm::cli {

namespace {

void say(std::string_view text) {
    (void)!::write(STDERR_FILENO, text.data(), text.size());
}

volatile std::sig_atomic_t last_signal = 0;

void remember(int signal) {
    last_signal = signal;
}

/// While it lives the terminal shows nothing of what is typed, and a signal ends the waiting and not the
/// program, which would leave the terminal like that. Signals come in while it waits and at no other time:
/// one that came just before would be lost otherwise. Stopped (Ctrl-Z), it gives the terminal back and asks
/// again when it is continued.
class NoEcho {
  public:
    explicit NoEcho(const std::string& prompt) : prompt_(prompt) {
        sigemptyset(&ending_);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaddset(&ending_, signal);
        sigset_t held = ending_;
        for (const int signal : {SIGTSTP, SIGCONT}) sigaddset(&held, signal);
        ::sigprocmask(SIG_BLOCK, &held, &mask_before_);
        struct sigaction noted {};
        noted.sa_handler = remember;
        for (std::size_t at = 0; at < signals.size(); ++at)
            ::sigaction(signals.at(at), &noted, &actions_.at(at));
        take();
    }
    ~NoEcho() {
        modes_.restore(TCSAFLUSH);
        for (std::size_t at = 0; at < signals.size(); ++at)
            ::sigaction(signals.at(at), &actions_.at(at), nullptr);
        // What came last has its usual effect now, with the terminal as it was.
        ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

    /// Until there is something to read; false when a signal came, or waiting failed (errno).
    bool wait() {
        for (;;) {
            pollfd input{is_quiet_ ? STDIN_FILENO : -1, POLLIN, 0};
            last_signal = 0;
            // Not quiet: only a signal is waited for, which is pending, or never comes.
            const timespec at_once{0, 0};
            const int ready = ::ppoll(&input, 1, is_quiet_ ? nullptr : &at_once, &mask_before_);
            if (ready > 0) return true;
            if (ready == 0) errno = EIO;  // what reading gives in the background of an orphaned group
            if (ready == 0 || errno != EINTR || (last_signal != SIGTSTP && last_signal != SIGCONT))
                return false;
            if (last_signal == SIGTSTP) stop_as_job(modes_, TCSAFLUSH);
            take();
        }
    }

  private:
    static constexpr std::array<int, 6> signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT};

    void take() {
        termios quiet = modes_.usual();
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        is_quiet_ = wait_for_foreground(modes_, ending_) && modes_.set(quiet, TCSAFLUSH);
        if (is_quiet_) say(prompt_);
    }

    const std::string& prompt_;
    std::array<struct sigaction, signals.size()> actions_{};
    sigset_t mask_before_{}, ending_{};
    TerminalModes modes_;
    bool is_quiet_ = false;
};

/// Nothing when a signal came.
Result<std::optional<std::string>> read_line(const std::string& prompt, std::size_t limit) {
    NoEcho no_echo(prompt);
    std::string line;
    char piece[4096];
    while (line.size() <= limit && !line.ends_with('\n')) {
        const ssize_t got = no_echo.wait() ? ::read(STDIN_FILENO, piece, sizeof piece) : -1;
        const int why = errno;
        if (got <= 0) say("\n");
        if (got < 0 && why == EINTR) return std::optional<std::string>();
        if (got < 0) return system_error("read the terminal", why);
        if (got == 0) return std::optional(std::move(line));
        line.append(piece, static_cast<std::size_t>(got));
    }
    say("\n");
    return std::optional(std::move(line));
}

Result<std::string> ask(const std::string& prompt, std::size_t limit) {
    auto line = read_line(prompt, limit);
    if (!line) return line.error();
    if (*line) return std::move(**line);
    ::raise(last_signal);  // the terminal is as it was: now it may end the program
    return Error{ErrorCode::cancelled, "nothing was stored"};
}

}  // namespace

Result<std::string> read_hidden(const std::string& prompt, std::size_t limit) {
    auto text = ::isatty(STDIN_FILENO) == 1 ? ask(prompt, limit) : read_input("-", limit + 2);
    if (!text) return text;
    if (text->ends_with('\n')) text->pop_back();
    if (text->empty()) return Error{ErrorCode::validation_error, "the value is empty: nothing was done"};
    if (text->size() > limit)
        return Error{ErrorCode::validation_error,
                     "the value is longer than " + std::to_string(limit / 1024) + " KiB"};
    if (!is_utf8(*text)) return Error{ErrorCode::validation_error, "the value is not text (UTF-8)"};
    return text;
}

}  // namespace mcpm::cli
