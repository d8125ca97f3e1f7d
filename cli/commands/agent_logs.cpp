// agent logs: the agent's own log, from its end backwards, and as it grows.
#include "cli/commands/all.hpp"
#include "cli/kernel_word.hpp"
#include "cli/own_fields.hpp"
#include "common/log_format.hpp"
#include "common/number.hpp"
#include "common/own_file.hpp"
#include "common/unique_fd.hpp"
#include "common/units.hpp"
#include "common/whole_lines.hpp"

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

namespace mcpm::cli::commands {

namespace {

using namespace std::chrono_literals;

// From the end of the file backwards, in pieces, until enough lines are found.
Result<off_t> start_of_tail(int fd, std::uint64_t lines) {
    std::array<char, 16384> piece{};
    off_t at = ::lseek(fd, 0, SEEK_END);
    const off_t end = at;
    std::uint64_t found = 0;
    while (at > 0) {
        const std::size_t wanted = std::min(piece.size(), static_cast<std::size_t>(at));
        const off_t from = at - static_cast<off_t>(wanted);
        const ssize_t got = ::pread(fd, piece.data(), wanted, from);
        if (got < 0) return system_error("read the agent's log", errno);
        for (ssize_t index = got - 1; index >= 0; --index) {
            const bool newline = piece[static_cast<std::size_t>(index)] == '\n' && from + index + 1 < end;
            if (newline && ++found == lines) return from + index + 1;
        }
        at = from;
    }
    return off_t{0};
}

/// "TIME LEVEL TEXT"; what the keeper or a library wrote has neither time nor level.
Json line_as_data(std::string_view line) {
    const std::size_t first = std::min(line.find(' '), line.size());
    const std::size_t second = std::min(line.find(' ', first + 1), line.size());
    const std::string time(line.substr(0, first));
    if (second == line.size() || !parse_time(time)) return Json{{own::text, line}};
    return Json{{own::time, time},
                {own::level, line.substr(first + 1, second - first - 1)},
                {own::text, line.substr(second + 1)}};
}

/// Lines as they are written, or an object each.
class Lines {
  public:
    explicit Lines(Invocation& call) : call_(call) {}
    void take(std::string_view bytes) {
        if (!call_.format.is_data()) return call_.out.write_foreign(bytes);
        lines_.take(bytes, [&](std::string_view line) {
            const Json json = line_as_data(line);
            if (call_.format.format() == Format::json) return call_.out.write(compact(json) + "\n");
            const bool is_list = call_.format.format() == Format::yaml;
            print_data(call_.out, is_list ? Json::array({json}) : json, call_.format);
        });
    }

  private:
    Invocation& call_;
    WholeLines lines_;
};

void print_from(Invocation& call, Lines& lines, int fd, off_t& at) {
    std::array<char, 16384> piece{};
    while (true) {
        const ssize_t got = ::pread(fd, piece.data(), piece.size(), at);
        if (got <= 0) break;
        at += got;
        lines.take({piece.data(), static_cast<std::size_t>(got)});
    }
    call.out.flush();
}

Result<off_t> start_of(int log, const std::string& lines) {
    if (lines == "all") return off_t{0};
    const auto count = parse_number<std::uint64_t>(lines);
    if (!count) return Error{ErrorCode::validation_error, "--tail: '" + lines + "' is not a whole number"};
    return *count == 0 ? Result<off_t>(::lseek(log, 0, SEEK_END)) : start_of_tail(log, *count);
}

}  // namespace

Outcome agent_logs(Invocation& call) {
    std::string tail = "100";
    bool follow = false;
    call.options.value("-n,--tail", "N", tail, "the last N lines, or all (default: 100)");
    call.options.flag("-f,--follow", follow, "go on printing");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    const auto paths = find_paths();
    if (!paths) return paths.error();
    const std::string file = paths->agent_log().string();
    const auto log = open_own_file(file, O_RDONLY, 0, {Links::refused, Owner::anybody});
    if (!log && log.error().code == ErrorCode::not_found) {
        return Error{ErrorCode::not_found,
                     "there is no log at " + file,
                     {},
                     "an agent run by systemd or in the foreground writes to its own stderr"};
    }
    if (!log) return log.error();
    const auto from = start_of(log->get(), tail);
    if (!from) return from.error();
    off_t at = *from;
    Lines lines(call);
    if (follow) call.out.end_with_reader();
    FileWatch watch(file);
    for (;;) {
        print_from(call, lines, log->get(), at);
        if (!follow) return ExitStatus::done;
        watch.wait(1h);
    }
}

}  // namespace mcpm::cli::commands
