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
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

struct LogQuery {
    std::optional<std::uint64_t> tail = {};   // last N lines that match everything else
    std::optional<LogTime> since = {};        // inclusive
    std::optional<LogTime> until = {};        // exclusive
    std::optional<LogLevel> minimum_level = {};
    std::optional<LogStream> stream = {};
    std::string text = {};                    // fixed text
    std::string pattern = {};                 // regular expression (ECMAScript, bounded length), or empty
    bool ignore_case = false;
    std::optional<std::int64_t> run = {};     // N, or -1 for the last, -2 for the one before, …
    bool notes = true;                        // with our own note lines
};

/// A whole line: fragments joined (bounded: a longer line is cut and says so). Views live during the callback.
struct LogLine {
    std::uint64_t sequence = 0;   // of its first record
    LogTime time{};
    LogStream stream = LogStream::error_output;
    LogLevel level = LogLevel::unknown;
    bool note = false;
    bool cut = false;
    std::string_view text;
};

/// Where a follower stands: it reads on from here after it was woken.
struct LogCursor {
    std::uint64_t segment = 0;    // number in the segment's name
    std::uint64_t offset = 0;     // bytes
    std::uint64_t sequence = 0;   // of the next record
};

class LogReader {
  public:
    /// Returns false to stop early.
    using Sink = std::function<bool(const LogLine&)>;

    explicit LogReader(std::filesystem::path folder);

    /// Checks the pattern and the run number; validation_error names the part, not_found an unknown run.
    Result<> check(const LogQuery& query) const;

    /// Calls `sink` for each matching line in order. The cursor stands behind the last whole line read.
    Result<LogCursor> read(const LogQuery& query, const Sink& sink) const;

    /// Reads on from a cursor to the present end, across rotation. When segments before the cursor were
    /// deleted, `missed` counts the records that are gone.
    struct Progress {
        LogCursor cursor;
        std::uint64_t missed = 0;
    };
    Result<Progress> read_on(LogCursor from, const LogQuery& query, const Sink& sink) const;

    struct Run {
        std::uint64_t run = 0;
        LogTime started{};
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
