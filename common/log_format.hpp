// One line of a log file, in the Kubernetes CRI log format (KEP 2411; kubelet's `logs.go`):
//     2026-11-22T18:19:51.123456789Z stderr F text
// TAG is `P` for a fragment whose line goes on in the next record of that stream, `F` for the last one,
// or `F:mcpm` for a note of ours (run started, lines dropped, torn line). A process of one client's own runs
// beside the server's; its records are told by the number of its run: `F:r17`, `P:r17`, `F:mcpm:r17`. Pure;
// no I/O.
//
// Segments of one server are `<16 digits>.log` in its folder, the number being the sequence of the
// segment's first record; `current.log` is a symbolic link to the newest. `runs.idx` has one line per run:
//     RUN TIME SEGMENT OFFSET        (and ` own` when its records carry the number)
#pragma once

#include "common/server_spec.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm {

enum class LogStream { standard_output, error_output };
enum class LogLevel { unknown, trace, debug, info, warning, error, fatal };

/// shared: the server's run, one after the other; its records carry no number. own: one client's, beside it.
enum class RunKind { shared, own };

using LogTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// A parsed record; views point into the bytes it was parsed from.
struct LogRecord {
    LogTime time{};
    LogStream stream = LogStream::error_output;
    bool partial = false;
    bool note = false;
    std::uint64_t run = 0;  // of an own run; 0 = the shared one
    std::string_view text;
};

/// Fixed width, so that writing it costs a copy: 30 (time) + 1 + 6 (stream) + 1 + 1 (tag) + 1.
inline constexpr std::size_t log_prefix_bytes = 40;
void write_log_prefix(char* out, LogTime time, LogStream stream, bool partial);
/// The 30 characters of a time alone.
void write_log_time(char* out, LogTime time);
/// A whole record of ours, newline included; a newline in `text` becomes a space.
std::string format_log_note(LogTime time, std::string_view text, std::uint64_t own_run = 0);

/// The prefix of an own run's records is longer: this many bytes at most, its tag at the same place.
inline constexpr std::size_t log_own_prefix_bytes = log_prefix_bytes + 22;
std::size_t write_log_own_prefix(char* out, LogTime time, LogStream stream, std::uint64_t own_run);

/// A `P` record of ours has this many bytes of text or more; search relies on it to find fragments fast.
inline constexpr std::size_t log_fragment_minimum = 8192;

/// Nothing when the line is not of the format (a torn or foreign line). `line` is without its newline.
std::optional<LogRecord> parse_log_record(std::string_view line);

/// Recognised in common shapes: JSON "level" (names and pino/bunyan numbers), [ERROR], WARN:, logfmt
/// level=warn, Python's and Node's loggers, glog's leading letter. `unknown` otherwise.
LogLevel detect_level(std::string_view text);
std::optional<LogLevel> parse_level(std::string_view name);
std::string_view wire_name(LogLevel level);
std::string_view wire_name(LogStream stream);

/// keep_colour passes SGR sequences (ESC [ … m) and nothing else; strip passes none. Other control characters
/// (C0 but tab, DEL, C1, bidirectional overrides, line separators) become visible text as `\x1b`, `\u202e`;
/// invalid UTF-8 becomes U+FFFD. An SGR sequence longer than 64 bytes is not one.
enum class Ansi { keep_colour, strip };
void append_sanitized(std::string& out, std::string_view text, Ansi ansi);

}  // namespace mcpm
