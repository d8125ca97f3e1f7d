#include "common/log_reader.hpp"

#include "common/log_matcher.hpp"
#include "common/log_scan.hpp"
#include "common/log_segments.hpp"
#include "common/own_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace mcpm {
namespace {

constexpr std::uint64_t first_step = 64 << 10;
constexpr std::uint64_t longest_step = 8 << 20;
constexpr std::uint64_t most_index_bytes = 4 << 20;

struct Range {
    std::uint64_t begin = 0, end = 0;
};

std::vector<RunRow> read_runs(const std::filesystem::path& folder) {
    const auto opened = open_own_file(folder / "runs.idx", O_RDONLY, 0, {Links::refused, Owner::anybody});
    struct stat status {};
    if (!opened || ::fstat(opened->get(), &status) != 0) return {};
    const UniqueFd& file = *opened;
    // Of an index that is far too long only the newest rows.
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const std::uint64_t from = size > most_index_bytes ? size - most_index_bytes : 0;
    std::string text(static_cast<std::size_t>(size - from), '\0');
    const ssize_t got = ::pread(file.get(), text.data(), text.size(), static_cast<off_t>(from));
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return parse_run_rows(text);
}

bool is_shared(const RunRow& row) {
    return row.kind == RunKind::shared;
}

/// The row that is asked for; -1 is the last shared run, -2 the one before.
Result<std::size_t> find_run(const std::vector<RunRow>& rows, std::int64_t run) {
    std::int64_t back = 0;
    for (std::size_t i = rows.size(); i-- > 0;) {
        if (run >= 0 && rows[i].run == static_cast<std::uint64_t>(run)) return i;
        if (run < 0 && is_shared(rows[i]) && --back == run) return i;
    }
    std::string known = rows.empty() ? "there are none yet"
                                     : "known are " + std::to_string(rows.front().run) + " to " +
                                           std::to_string(rows.back().run);
    return Error{ErrorCode::not_found, "no run " + std::to_string(run) + " in the log: " + known};
}

/// Whose records a query wants: of one own run, of the shared one (0), or all.
std::optional<std::uint64_t> wanted_run(const std::vector<RunRow>& rows, const LogQuery& query) {
    if (!query.run) return std::nullopt;
    const auto row = find_run(rows, *query.run);
    if (!row) return std::nullopt;
    return is_shared(rows[*row]) ? 0 : rows[*row].run;
}

std::uint64_t position_of(const LogSegments& segments, const RunRow& row) {
    if (const LogSegment* segment = segments.find(row.segment)) {
        return segment->start + std::min(row.offset, segment->size);
    }
    // Rotated away: where the next segment begins.
    for (const LogSegment& segment : segments.all()) {
        if (segment.number > row.segment) return segment.start;
    }
    return segments.end();
}

Result<Range> range_of(LogSegments& segments, const std::vector<RunRow>& rows, const LogQuery& query) {
    Range range{0, segments.end()};
    if (query.run) {
        const auto row = find_run(rows, *query.run);
        if (!row) return row.error();
        range.begin = segments.record_at_or_after(position_of(segments, rows[*row]));
        const auto own_end =
            is_shared(rows[*row]) ? rows.begin() + static_cast<std::ptrdiff_t>(*row) + 1 : rows.end();
        const auto next = std::find_if(own_end, rows.end(), is_shared);
        if (next != rows.end()) range.end = segments.record_at_or_after(position_of(segments, *next));
    }
    if (query.since) range.begin = std::max(range.begin, segments.first_not_before(*query.since));
    if (query.until) range.end = std::min(range.end, segments.first_not_before(*query.until));
    range.begin = std::min(range.begin, range.end);
    return range;
}

/// `position` is a record's beginning; the beginning of its line, when fragments of it stand directly before.
std::uint64_t line_beginning(LogSegments& segments, std::uint64_t position, std::uint64_t floor) {
    const std::uint64_t reach = position > LogScan::line_limit ? position - LogScan::line_limit : 0;
    while (position > std::max(floor, reach)) {
        const std::uint64_t before = segments.record_before(position);
        const auto record = parse_log_record(segments.head(before));
        if (!record || !record->partial || before >= position) break;
        position = before;
    }
    return std::max(position, floor);
}

struct GroupBeginning {
    std::uint64_t position;
    std::uint64_t records;  // from there on to where it was asked for
};

/// The beginning of what the record at `position` belongs to: a traceback is not to be cut in two.
GroupBeginning group_beginning(LogSegments& segments, std::uint64_t position, std::uint64_t floor) {
    const auto text_at = [&segments](std::uint64_t place) {
        const auto record = parse_log_record(segments.head(place));
        return record ? std::optional(std::string(record->text)) : std::nullopt;
    };
    auto text = text_at(position);
    std::uint64_t lines = 0;
    for (; lines < LogKin::most_lines && position > floor && text; ++lines) {
        const std::uint64_t earlier = segments.record_before(position);
        auto before = text_at(earlier);
        if (earlier < floor || earlier >= position || !before || !LogGroups::may_go_on(*before, *text)) break;
        position = earlier;
        text = std::move(before);
    }
    return {position, lines};
}

/// A search that goes on in the midst of a group looks at its earlier lines once more: whether one of them
/// matched, and else to have them when a later one does. What is longer than a group may be begins anew.
void go_back_to_group(LogSegments& segments, LogScan::Start& start) {
    if (!start.sequence || start.position >= segments.end()) return;
    const auto [position, records] = group_beginning(segments, start.position, 0);
    if (records == 0 || records == LogKin::most_lines || records > *start.sequence) return;
    start.seen = std::max(start.seen, *start.sequence);
    *start.sequence -= records;
    start.position = position;
}

struct TailStart {
    std::uint64_t position;
    std::uint64_t surplus;  // matching lines from there on that are not wanted
};

/// Goes back from the end in growing steps until enough lines match.
TailStart find_tail(LogSegments& segments, Range range, const LogQuery& query, const LogMatcher& matcher,
                    std::optional<std::uint64_t> whose, std::uint64_t wanted) {
    std::uint64_t found = 0, position = range.end, step = first_step;
    const LogScan::Sink count = [](const LogLine&) { return true; };
    while (position > range.begin && found < wanted && !query.abandoned.stop_requested()) {
        std::uint64_t begin = range.begin;
        if (position - range.begin > step) {
            begin = segments.record_before(position - step + 1);
            begin = line_beginning(segments, std::max(begin, range.begin), range.begin);
            if (!matcher.matches_all()) begin = group_beginning(segments, begin, range.begin).position;
        }
        LogScan scan(query, matcher, whose, count);
        const bool newest = position == segments.end();
        // Lines are only counted, so no one asks for their sequence, which would cost a look at the whole
        // segment.
        scan.run(segments, {begin, 0, 1}, position,
                 newest ? LogScan::Ending::more_follows : LogScan::Ending::flush);
        found += scan.lines();
        position = begin;
        step = std::min(step * 2, longest_step);
    }
    return {position, found > wanted ? found - wanted : 0};
}

}  // namespace

LogReader::LogReader(std::filesystem::path folder) : folder_(std::move(folder)) {}

Result<> LogReader::check(const LogQuery& query) const {
    const auto matcher = LogMatcher::create(query.text, query.pattern, query.ignore_case);
    if (!matcher) return matcher.error();
    if (query.run) {
        const auto row = find_run(read_runs(folder_), *query.run);
        if (!row) return row.error();
    }
    return {};
}

Result<LogCursor> LogReader::read(const LogQuery& query, const Sink& sink) const {
    const auto matcher = LogMatcher::create(query.text, query.pattern, query.ignore_case);
    if (!matcher) return matcher.error();
    auto segments = LogSegments::open(folder_);
    if (!segments) return segments.error();
    const auto rows = query.run ? read_runs(folder_) : std::vector<RunRow>();
    auto range = range_of(*segments, rows, query);
    if (!range) return range.error();
    const auto whose = wanted_run(rows, query);
    const bool open_end = range->end == segments->end();
    std::uint64_t surplus = 0;
    if (query.tail) {
        const TailStart start = find_tail(*segments, *range, query, *matcher, whose, *query.tail);
        range->begin = start.position;
        surplus = start.surplus;
    } else {
        range->begin = line_beginning(*segments, range->begin, 0);
    }
    const Sink skipping = [&](const LogLine& line) {
        if (surplus == 0) return sink(line);
        --surplus;
        return true;
    };
    LogScan scan(query, *matcher, whose, skipping);
    return scan.run(*segments, {range->begin}, range->end,
                    open_end ? LogScan::Ending::more_follows : LogScan::Ending::flush);
}

Result<LogReader::Progress> LogReader::read_on(LogCursor from, const LogQuery& query,
                                               const Sink& sink) const {
    const auto matcher = LogMatcher::create(query.text, query.pattern, query.ignore_case);
    if (!matcher) return matcher.error();
    auto segments = LogSegments::open(folder_);
    if (!segments) return segments.error();
    Progress progress{from, 0};
    if (segments->all().empty()) return progress;
    LogScan::Start start;
    if (const LogSegment* segment = segments->find(from.segment)) {
        start.position = segment->start + std::min(from.offset, segment->size);
        // Counting from the segment's beginning at each wake-up would read it over and over.
        if (from.offset <= segment->size) start.sequence = from.sequence;
    } else {
        const auto& all = segments->all();
        const auto next =
            std::find_if(all.begin(), all.end(), [&](const auto& s) { return s.number > from.segment; });
        const std::uint64_t expected = std::max(from.sequence, from.seen);
        if (next != all.end()) {
            start.position = next->start;
            if (from.segment != 0 && next->number > expected) progress.missed = next->number - expected;
        } else {
            from.seen = 0;  // the log began anew with lower numbers
        }
    }
    start.seen = from.seen;
    if (!matcher->matches_all()) go_back_to_group(*segments, start);
    const auto whose = query.run ? wanted_run(read_runs(folder_), query) : std::nullopt;
    LogScan scan(query, *matcher, whose, sink);
    progress.cursor = scan.run(*segments, start, segments->end(), LogScan::Ending::more_follows);
    return progress;
}

std::vector<LogReader::Run> LogReader::runs() const {
    std::vector<Run> runs;
    for (const RunRow& row : read_runs(folder_)) runs.push_back({row.run, row.started, row.kind});
    return runs;
}

}  // namespace mcpm
