#include "cli/screen.hpp"

#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mcpm::cli {

namespace {

constexpr std::array taken{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};
constexpr std::array ending{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

template <std::size_t count>
sigset_t set_of(const std::array<int, count>& signals) {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : signals) sigaddset(&set, signal);
    return set;
}

void put(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (written <= 0) return;  // a terminal that is gone
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

struct Sequence {
    std::string_view bytes, key;
};
constexpr std::array sequences{
    Sequence{"\x1b[A", "up"},         Sequence{"\x1b[B", "down"},  Sequence{"\x1b[C", "right"},
    Sequence{"\x1b[D", "left"},       Sequence{"\x1bOA", "up"},    Sequence{"\x1bOB", "down"},
    Sequence{"\x1bOC", "right"},      Sequence{"\x1bOD", "left"},  Sequence{"\x1b[5~", "page-up"},
    Sequence{"\x1b[6~", "page-down"}, Sequence{"\x1b[H", "home"},  Sequence{"\x1b[F", "end"},
    Sequence{"\x1b[1~", "home"},      Sequence{"\x1b[4~", "end"},  Sequence{"\x1bOH", "home"},
    Sequence{"\x1bOF", "end"},        Sequence{"\r", "enter"},     Sequence{"\n", "enter"},
    Sequence{"\x7f", "backspace"},    Sequence{"\b", "backspace"}, Sequence{"\x0c", "redraw"}};

std::size_t character_length(unsigned char first) {
    if (first < 0xC0U) return 1;
    if (first < 0xE0U) return 2;
    return first < 0xF0U ? 3 : 4;
}

/// How many bytes a sequence that nobody knows has.
std::size_t unknown_length(std::string_view bytes) {
    if (bytes.size() < 2 || bytes[1] != '[') return std::min<std::size_t>(bytes.size(), 2);
    for (std::size_t at = 2; at < bytes.size(); ++at)
        if (bytes[at] >= '@' && bytes[at] <= '~') return at + 1;
    return bytes.size();
}

}  // namespace

Screen::Screen() {
    const sigset_t held = set_of(taken);
    ::sigprocmask(SIG_BLOCK, &held, &before_);
    signals_ = UniqueFd(::signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK));
}

Screen::~Screen() {
    leave();
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

bool Screen::enter() {
    if (is_entered_) return true;
    if (!wait_for_foreground(modes_, set_of(ending))) return false;
    termios raw = modes_.usual();
    raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON);
    raw.c_iflag &= ~static_cast<tcflag_t>(IXON | ICRNL);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    is_entered_ = modes_.set(raw);
    if (is_entered_) put("\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[H\x1b[2J");
    return is_entered_;
}

void Screen::leave() {
    if (!std::exchange(is_entered_, false)) return;
    put("\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l");
    modes_.restore();
}

void Screen::suspend() {
    leave();
    ::raise(SIGSTOP);  // also where no shell is above: whoever sent the signal continues it
    enter();
}

void Screen::take_again() {
    leave();
    enter();
}

void Screen::draw(const std::vector<std::string>& lines) {
    if (!is_entered_) return;
    std::string bytes = "\x1b[?2026h\x1b[H";  // shown as one, where the terminal knows how
    for (std::size_t at = 0; at < lines.size(); ++at) {
        if (at != 0) bytes += "\r\n";
        bytes += "\x1b[2K" + lines[at];  // first: behind a full line it would take the last column
    }
    put(bytes + "\x1b[?2026l");
}

TopSize Screen::size() const {
    winsize found{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &found) != 0 || found.ws_col == 0 || found.ws_row == 0) return {};
    return {found.ws_col, found.ws_row};
}

int Screen::next_signal() const {
    signalfd_siginfo info{};
    return ::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)
               ? static_cast<int>(info.ssi_signo)
               : 0;
}

std::vector<std::string> keys_of(std::string& bytes) {
    std::vector<std::string> keys;
    std::string_view left = bytes;
    while (!left.empty()) {
        const auto* const known = std::find_if(sequences.begin(), sequences.end(),
                                               [&](const auto& one) { return left.starts_with(one.bytes); });
        std::size_t length = 0;
        if (known != sequences.end()) {
            keys.emplace_back(known->key);
            length = known->bytes.size();
        } else if (left.front() == '\x1b') {
            length = left.size() == 1 ? 1 : unknown_length(left);
            if (left.size() == 1) keys.emplace_back("escape");
        } else {
            length = character_length(static_cast<unsigned char>(left.front()));
            if (length > left.size()) break;
            keys.emplace_back(left.substr(0, length));
        }
        left.remove_prefix(length);
    }
    bytes = std::string(left);
    return keys;
}

}  // namespace mcpm::cli
