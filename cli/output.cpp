#include "cli/output.hpp"

#include "cli/json_access.hpp"
#include "cli/pager.hpp"
#include "cli/text_width.hpp"
#include "common/fields/log_line_fields.hpp"
#include "common/log_format.hpp"
#include "common/words.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <utility>

namespace mcpm::cli {

namespace {

constexpr std::size_t buffer_limit = 64 * 1024;
constexpr std::size_t usual_width = 80;

bool colour_is_wanted(bool terminal) {
    const char* const force = std::getenv("CLICOLOR_FORCE");
    if (force != nullptr && *force != '\0' && std::string_view(force) != "0") return true;
    const char* no_colour = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    return terminal && (no_colour == nullptr || *no_colour == '\0') &&
           (term == nullptr || std::string_view(term) != "dumb");
}

// The reader has gone: end as a program does that never heard of it.
[[noreturn]] void end_by_closed_pipe(int pager = -1) {
    if (pager > 0) {
        ::waitpid(pager, nullptr, 0);
        std::_Exit(0);  // whoever leaves the pager has read enough
    }
    std::signal(SIGPIPE, SIG_DFL);
    std::raise(SIGPIPE);
    std::_Exit(128 + SIGPIPE);
}

// All words of what the message ends with, in their order: "reach X: Connection refused" and "no connection
// to X: Connection refused".
bool says_again(std::string_view cause, const std::string& message) {
    std::string_view end = message;
    if (const auto colon = end.rfind(": "); colon != std::string_view::npos) end.remove_prefix(colon + 2);
    std::size_t at = 0;
    for (const std::string& word : split_words(end)) {
        at = cause.find(word, at);
        if (at == std::string_view::npos) return false;
        at += word.size();
    }
    return true;
}

// The last log lines that explain a failed start, and the likely cause, when the agent sent them.
std::string explanation_of(const Error& error) {
    if (error.details.empty()) return {};
    const auto details = wire::parse(error.details.json());
    if (!details) return {};
    std::string out;
    for (const std::string_view key : {wire_name(Detail::last_lines), std::string_view("log")}) {
        const Json& lines = member(*details, key);
        if (!lines.is_array()) continue;
        for (const Json& line : lines) {
            out += "  | " +
                   harmless(line.is_string() ? line.get<std::string>() : text(line, fields::log_line::text)) +
                   "\n";
        }
    }
    const std::string code = error.details.text(Detail::cause_code);
    if (code.empty()) return out;
    const std::string cause = error.details.text(Detail::cause);
    const std::string advice = harmless(error.details.text(Detail::advice));
    // A cause that only says once more how it ended adds nothing.
    const bool is_news = error.message.find(cause.substr(cause.find(' ') + 1)) == std::string::npos &&
                         !says_again(cause, error.message);
    if (!is_news) return out + "  " + code + ": " + advice + "\n";
    return out + "  " + code + ": " + harmless(cause) + "\n  " + advice + "\n";
}

}  // namespace

std::string harmless(std::string_view text) {
    std::string out;
    std::size_t from = 0;
    for (std::size_t at = text.find_first_of("\n\t"); at != std::string_view::npos;
         at = text.find_first_of("\n\t", from)) {
        append_sanitized(out, text.substr(from, at - from), Ansi::strip);
        out += ' ';
        from = at + 1;
    }
    append_sanitized(out, text.substr(from), Ansi::strip);
    return out;
}

std::string harmless_lines(std::string_view text) {
    std::string out;
    while (true) {
        const std::size_t end = text.find('\n');
        append_sanitized(out, text.substr(0, end), Ansi::strip);
        if (end == std::string_view::npos) return out;
        out += '\n';
        text.remove_prefix(end + 1);
    }
}

Output::Output(int out, int error)
    : out_(out),
      error_(error),
      out_is_terminal_(::isatty(out) == 1),
      error_is_terminal_(::isatty(error) == 1),
      paint_(colour_is_wanted(out_is_terminal_) ? Paint::yes : Paint::no),
      terminal_(out) {}

void Output::set_colour(ColourWish wish) {
    if (wish != ColourWish::automatic) paint_ = wish == ColourWish::always ? Paint::yes : Paint::no;
}

void Output::start_pager() {
    if (!out_is_terminal_ || !pager_allowed_ || pager_ != -1) return;
    flush();
    auto [pid, fd] = open_pager(out_);
    if (pid <= 0) return;
    pager_ = pid;
    out_ = fd;
}

void Output::finish() {
    flush();
    if (pager_ <= 0) return;
    std::signal(SIGINT, SIG_IGN);  // the pager's own business from here on
    ::close(out_);
    out_ = terminal_;
    ::waitpid(std::exchange(pager_, -1), nullptr, 0);
}

void Output::end_with_reader() const {
    struct stat facts {};
    if (::fstat(out_, &facts) != 0 || !(S_ISFIFO(facts.st_mode) || S_ISSOCK(facts.st_mode))) return;
    std::thread([fd = out_] {
        pollfd reader{fd, 0, 0};
        while (::poll(&reader, 1, -1) < 0 && errno == EINTR) {
        }
        end_by_closed_pipe();
    }).detach();
}

Output::~Output() {
    finish();
}

std::size_t Output::width_of(int fd, bool is_terminal) {
    if (!is_terminal) return 0;
    winsize size{};
    if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return usual_width;
}

std::size_t Output::width() const {
    return width_of(terminal_, out_is_terminal_);
}

std::size_t Output::error_width() const {
    return width_of(error_, error_is_terminal_);
}

void Output::write(std::string_view bytes) {
    buffer_ += bytes;
    if (buffer_.size() >= buffer_limit) flush();
}

void Output::write_foreign(std::string_view text) {
    if (out_is_terminal_) {
        write(harmless_lines(text));
    } else {
        write(text);
    }
}

void Output::pass(std::string_view bytes) {
    flush();
    write_all(out_, bytes);
}

void Output::flush() {
    const std::string bytes = std::move(buffer_);
    buffer_.clear();
    write_all(out_, bytes);
}

void Output::note(std::string_view text) {
    flush();
    write_all(error_, in_letters_of_locale("mcpm: " + harmless(text) + "\n"));
}

void Output::error(const Error& error) {
    flush();
    std::string said = "mcpm: " + harmless_lines(error.message) + "\n" + explanation_of(error);
    if (!error.hint.empty()) said += "  " + harmless_lines(error.hint) + "\n";
    write_all(error_, in_letters_of_locale(std::move(said)));
}

void Output::write_error(std::string_view bytes) {
    write_all(error_, bytes);
}

void Output::write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0 && errno == EPIPE) end_by_closed_pipe(fd == out_ ? pager_ : -1);
        if (written <
            0) {  // a full disk behind a redirection: there is nowhere left to say it but the status
            if (fd == error_) return;
            const Error error = system_error("write to standard output", errno);
            write_all(error_, "mcpm: " + error.message + "\n");
            std::_Exit(1);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace mcpm::cli
