// The segments of one server's log as one range of bytes: positions grow from the oldest byte to the newest,
// whatever file it is in. A snapshot: sizes are those of the moment it was opened. Blocking file reads.
// Also the rows of `runs.idx`.
#pragma once

#include "common/error.hpp"
#include "common/log_format.hpp"
#include "common/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

/// "0000000000000042.log" -> 42; nothing for any other name.
std::optional<std::uint64_t> parse_segment_name(std::string_view name);
std::string segment_name(std::uint64_t number);
std::uint64_t count_newlines(std::string_view bytes);

struct RunRow {
    std::uint64_t run = 0;
    LogTime started{};
    std::uint64_t segment = 0;
    std::uint64_t offset = 0;
    RunKind kind = RunKind::shared;
};
std::string format_run_row(const RunRow& row);  // with its newline
/// Torn and foreign rows are left out.
std::vector<RunRow> parse_run_rows(std::string_view text);

struct LogSegment {
    std::uint64_t number = 0;  // sequence of its first record
    std::uint64_t size = 0;
    std::uint64_t start = 0;  // position of its first byte
    LogTime modified{};       // last write
};

/// Whole records of one segment, in the order of the file. Valid until the next call of the set.
struct LogBlock {
    std::string_view bytes;      // ends with a newline, but for a torn end of a segment
    std::uint64_t position = 0;  // of its first byte
    bool torn = false;           // the last record has no newline yet
};

class LogSegments {
  public:
    static Result<LogSegments> open(const std::filesystem::path& folder);

    const std::vector<LogSegment>& all() const { return segments_; }
    std::uint64_t end() const;
    /// The segment that holds `position`; the last one for the end. Only when there is any.
    const LogSegment& at(std::uint64_t position) const;
    /// Nothing when there is no segment of that number.
    const LogSegment* find(std::uint64_t number) const;

    /// The block that begins at `position` (a record's beginning) and ends before `limit`; empty at the end.
    /// A file that was deleted or became shorter meanwhile is passed over: the block then begins later.
    Result<LogBlock> read(std::uint64_t position, std::uint64_t limit);

    /// The beginning of the record that holds the byte before `position`; `position` itself when it is 0.
    std::uint64_t record_before(std::uint64_t position);
    /// The first beginning of a record at or after `position`.
    std::uint64_t record_at_or_after(std::uint64_t position);
    /// The record at `position`, its first bytes at least; empty when it cannot be read.
    std::string_view head(std::uint64_t position);
    /// The first record whose time is not before `time`. Times grow, so this halves.
    std::uint64_t first_not_before(LogTime time);
    /// The sequence of the record at `position`: counts from its segment's beginning.
    std::uint64_t sequence_at(std::uint64_t position);

  private:
    explicit LogSegments(std::filesystem::path folder) : folder_(std::move(folder)) {}
    /// Bytes at `offset` of a segment into `out`; 0 when the file is gone or shorter.
    std::size_t read_bytes(const LogSegment& segment, std::uint64_t offset, char* out, std::size_t count);
    std::string_view grow_to_record(const LogSegment& segment, std::uint64_t offset, std::size_t got);

    std::filesystem::path folder_;
    std::vector<LogSegment> segments_;
    UniqueFd open_file_;
    std::uint64_t open_number_ = 0;
    std::vector<char> block_;
    std::vector<char> small_;
};

}  // namespace mcpm
