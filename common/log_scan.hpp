// Goes through a range of a log in order: records -> lines (fragments joined) -> those a query asks for.
// Blocks that cannot contain a match are passed over without looking at their lines.
#pragma once

#include "common/log_group.hpp"
#include "common/log_kin.hpp"
#include "common/log_matcher.hpp"
#include "common/log_reader.hpp"
#include "common/log_segments.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

class LogScan {
  public:
    /// A line is at most this long, and its fragments lie within this many bytes of the file; then it is cut.
    static constexpr std::size_t line_limit = 1 << 20;

    using Sink = std::function<bool(const LogLine&)>;

    /// `whose`: the records of one own run, of the shared one (0), or all.
    LogScan(const LogQuery& query, const LogMatcher& matcher, std::optional<std::uint64_t> whose,
            const Sink& sink);

    struct Start {
        std::uint64_t position = 0;  // a record's beginning
        std::uint64_t seen = 0;      // lines that were complete before this record are left out
        std::optional<std::uint64_t> sequence = {};  // of the record there, when it is known
    };
    /// What is unfinished at the end is kept back when `more_follows`, else it comes out as it is.
    enum class Ending { more_follows, flush };
    LogCursor run(LogSegments& segments, const Start& start, std::uint64_t end, Ending ending);

    std::uint64_t lines() const { return lines_; }
    bool is_stopped() const { return stopped_; }

  private:
    struct Pending {
        LogStream stream = LogStream::error_output;
        std::uint64_t run = 0;
        bool open = false;
        LogTime time{};
        std::uint64_t sequence = 0;
        std::uint64_t position = 0;
        std::string text;
    };

    std::size_t take_block(const LogBlock& block, bool is_last);
    std::size_t pass_over(std::string_view bytes, std::size_t from);
    /// Where what belongs to the record at `hit` begins, not before `from`.
    static std::size_t kin_start(std::string_view bytes, std::size_t from, std::size_t hit);
    std::size_t held_back(std::string_view bytes, std::size_t from);
    void give(LogLine line);
    void take_record(std::string_view line, std::uint64_t position, std::string_view before);
    Pending* find_pending(const LogRecord& record);
    void take_fragment(const LogRecord& record, std::uint64_t position);
    void cut_old(std::uint64_t position);
    void emit_pending(Pending& pending, bool cut);
    void emit(LogLine line);
    /// What stands before: the lines there may be the rest of something.
    void learn_groups(LogSegments& segments, std::uint64_t position);
    bool has_pending() const { return open_ > 0; }
    LogCursor cursor(LogSegments& segments, std::uint64_t position);

    const LogQuery& query_;
    const LogMatcher& matcher_;
    const Sink& sink_;
    const std::optional<std::uint64_t> whose_;
    std::vector<Pending> pending_;  // one per stream and run of which a fragment was met
    std::size_t open_ = 0;          // of them
    std::uint64_t sequence_ = 0;    // of the record at hand
    std::uint64_t seen_ = 0;
    std::uint64_t lines_ = 0;
    LogTime last_time_{};
    LogGroups groups_;
    LogKin kin_;
    std::size_t hit_ = 0;  // of the block: up to it every line counts
    bool stopped_ = false;
    // Where the next match and the next long record of the block are; recomputed when passed.
    std::size_t next_hit_ = 0;
    std::size_t next_long_ = 0;
};

}  // namespace mcpm
