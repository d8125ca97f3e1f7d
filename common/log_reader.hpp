// Reads a server's log back from its folder, across rotated segments, without the agent: the agent's API
// and `mcpm logs` with the agent down use the same code. Blocking file reads; call it off the loop.
// Tailing reads backwards from the end, so it costs the same for a huge log as for a small one.
#pragma once

#include "common/error.hpp"
#include "common/log_format.hpp"
#include "common/unique_fd.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

struct LogQuery {
    std::optional<std::uint64_t> tail = {};  // last N lines that match everything else
    std::optional<LogTime> since = {};       // inclusive
    std::optional<LogTime> until = {};       // exclusive
    std::optional<std::uint64_t> end = {};   // exclusive, a sequence number: what came later is not wanted
    std::optional<LogLevel> minimum_level = {};
    std::optional<LogStream> stream = {};
    std::string text = {};     // fixed text, at most 1024 bytes
    std::string pattern = {};  // a regular expression of RE2, at most 1024 bytes, or empty
    bool ignore_case = false;
    // N, or -1 for the last, -2 for the one before, …; runs of one client's own are asked for by number alone
    std::optional<std::int64_t> run = {};
    bool notes = true;  // with our own note lines; they pass any `stream`, but have no level
    /// Nobody waits for the lines any more: the search ends early, as if there were no more.
    std::stop_token abandoned = {};
};

/// A whole line: fragments joined. A line longer than 1 MiB, or whose end does not come within 2 MiB, comes
/// in several pieces, each but the last with `cut`. A line that is not of our format comes as it is (its text
/// the whole line, stream stderr, the time of the line before it). Views live during the callback.
struct LogLine {
    std::uint64_t sequence = 0;  // of its first record
    LogTime time{};
    LogStream stream = LogStream::error_output;
    LogLevel level = LogLevel::unknown;
    bool note = false;
    bool cut = false;
    std::uint64_t run = 0;  // of an own run; 0 = the shared one
    std::string_view text;
};

/// Where a follower stands: it reads on from here after it was woken.
struct LogCursor {
    std::uint64_t segment = 0;   // number in the segment's name
    std::uint64_t offset = 0;    // bytes
    std::uint64_t sequence = 0;  // of the next record
    std::uint64_t seen = 0;      // lines that were complete before this record were given already
};

class LogReader {
  public:
    /// Returns false to stop early.
    using Sink = std::function<bool(const LogLine&)>;

    explicit LogReader(std::filesystem::path folder);

    /// Checks the pattern and the run number; validation_error names the part, not_found an unknown run.
    Result<> check(const LogQuery& query) const;

    /// Calls `sink` for each matching line in the order in which they were completed. The cursor stands
    /// behind the last whole line read; a line whose end is not written yet is left to read_on().
    Result<LogCursor> read(const LogQuery& query, const Sink& sink) const;

    /// Reads on from a cursor to the present end, across rotation. When segments before the cursor were
    /// deleted, `missed` counts the records that are gone. `tail` of the query is not looked at, and `run`
    /// only to leave out what other processes said meanwhile. A cursor of zeros stands before the oldest line
    /// there is.
    struct Progress {
        LogCursor cursor;
        std::uint64_t missed = 0;
    };
    Result<Progress> read_on(LogCursor from, const LogQuery& query, const Sink& sink) const;

    struct Run {
        std::uint64_t run = 0;
        LogTime started{};
        RunKind kind = RunKind::shared;
    };
    std::vector<Run> runs() const;

  private:
    std::filesystem::path folder_;
};

/// How a line is printed. `text` is the server's text alone, `full` has "TIME STREAM LEVEL" before it.
enum class LogForm { text, full, json_lines, csv };
void append_line(std::string& out, const LogLine& line, LogForm form, Ansi ansi);
/// The first line of a CSV file.
std::string_view csv_header();

}  // namespace mcpm
