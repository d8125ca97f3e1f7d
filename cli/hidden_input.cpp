#include "cli/hidden_input.hpp"

#include "cli/environment.hpp"
#include "common/utf8.hpp"

#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

namespace mcpm::cli {

namespace {

void say(std::string_view text) {
    (void)!::write(STDERR_FILENO, text.data(), text.size());
}

void only_interrupt(int /*signal*/) {}

/// While it lives the terminal shows nothing of what is typed, and a signal ends the waiting and not the
/// program, which would leave the terminal like that. Signals come in while it waits and at no other time:
/// one that came just before would be lost otherwise.
class NoEcho {
  public:
    NoEcho() {
        sigset_t held;
        sigemptyset(&held);
        for (const int signal : signals) sigaddset(&held, signal);
        ::sigprocmask(SIG_BLOCK, &held, &mask_before_);
        struct sigaction interrupt {};
        interrupt.sa_handler = only_interrupt;
        for (std::size_t at = 0; at < signals.size(); ++at)
            ::sigaction(signals.at(at), &interrupt, &actions_.at(at));
        is_terminal_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    ~NoEcho() {
        if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        for (std::size_t at = 0; at < signals.size(); ++at)
            ::sigaction(signals.at(at), &actions_.at(at), nullptr);
        // What came last has its usual effect now, with the terminal as it was.
        ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
    }
    /// Until there is something to read; false when a signal came, or waiting failed (errno).
    bool wait() const {
        pollfd input{STDIN_FILENO, POLLIN, 0};
        return ::ppoll(&input, 1, nullptr, &mask_before_) > 0;
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

  private:
    static constexpr std::array<int, 4> signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    std::array<struct sigaction, signals.size()> actions_{};
    sigset_t mask_before_{};
    termios before_{};
    bool is_terminal_ = false;
};

/// Nothing when a signal came.
Result<std::optional<std::string>> read_line(const std::string& prompt, std::size_t limit) {
    const NoEcho no_echo;
    say(prompt);
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
    ::raise(SIGINT);  // the terminal is as it was: now it may end the program
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
