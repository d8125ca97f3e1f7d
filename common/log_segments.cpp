#include "common/log_segments.hpp"

#include "common/number.hpp"
#include "common/own_file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace mcpm {
namespace {

constexpr std::size_t block_bytes = 512 << 10;
// A foreign line without a newline is taken in pieces of this length, so that nothing grows without limit.
constexpr std::size_t longest_record = 4 << 20;
constexpr std::size_t step_bytes = 32 << 10;
constexpr std::size_t head_bytes = 64;
constexpr int most_foreign = 256;

template <typename Number>
bool take_into(std::string_view& text, Number& value) {
    const auto number = take_number<Number>(text);
    value = number.value_or(value);
    return number.has_value();
}

bool take_space(std::string_view& text) {
    if (text.empty() || text.front() != ' ') return false;
    text.remove_prefix(1);
    return true;
}

std::optional<RunRow> parse_run_row(std::string_view line) {
    RunRow row;
    if (!take_into(line, row.run) || !take_space(line) || line.size() < 30) return std::nullopt;
    // The time is read by the one who knows its form: as the beginning of a record.
    const auto record = parse_log_record(std::string(line.substr(0, 30)) + " stderr F ");
    if (!record) return std::nullopt;
    row.started = record->time;
    line.remove_prefix(30);
    if (!take_space(line) || !take_into(line, row.segment) || !take_space(line) ||
        !take_into(line, row.offset)) {
        return std::nullopt;
    }
    if (line == " own") {
        row.kind = RunKind::own;
    } else if (!line.empty()) {
        return std::nullopt;
    }
    return row;
}

}  // namespace

std::optional<std::uint64_t> parse_segment_name(std::string_view name) {
    if (name.size() != 20 || !name.ends_with(".log")) return std::nullopt;
    return parse_number<std::uint64_t>(name.substr(0, 16));
}

std::string segment_name(std::uint64_t number) {
    std::string digits = std::to_string(number);
    return std::string(digits.size() < 16 ? 16 - digits.size() : 0, '0') + digits + ".log";
}

std::uint64_t count_newlines(std::string_view bytes) {
    // Sixteen lanes at a time, each lane's count emptied before it can overflow.
    using Lanes = unsigned char __attribute__((vector_size(16)));
    std::uint64_t count = 0;
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    while (left >= 16) {
        Lanes sums{};
        const std::size_t rounds = std::min<std::size_t>(left / 16, 255);
        for (std::size_t i = 0; i < rounds; ++i, at += 16) {
            Lanes lanes;
            memcpy(&lanes, at, 16);
            sums -= reinterpret_cast<Lanes>(lanes == static_cast<unsigned char>('\n'));
        }
        for (int lane = 0; lane < 16; ++lane) count += sums[lane];
        left -= rounds * 16;
    }
    return count + static_cast<std::uint64_t>(std::count(at, at + left, '\n'));
}

std::string format_run_row(const RunRow& row) {
    char time[30];
    write_log_time(time, row.started);
    return std::to_string(row.run) + " " + std::string(time, 30) + " " + std::to_string(row.segment) + " " +
           std::to_string(row.offset) + (row.kind == RunKind::own ? " own\n" : "\n");
}

std::vector<RunRow> parse_run_rows(std::string_view text) {
    std::vector<RunRow> rows;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (end == text.npos) break;
        if (const auto row = parse_run_row(text.substr(0, end))) rows.push_back(*row);
        text.remove_prefix(end + 1);
    }
    return rows;
}

Result<LogSegments> LogSegments::open(const std::filesystem::path& folder) {
    LogSegments set(folder);
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(folder.c_str()), &::closedir);
    if (!listing) {
        if (errno == ENOENT) return set;
        return system_error("open the log folder " + folder.string(), errno, ErrorCode::unavailable);
    }
    while (const dirent* entry = ::readdir(listing.get())) {
        const auto number = parse_segment_name(entry->d_name);
        if (!number) continue;
        struct stat status {};
        if (::fstatat(::dirfd(listing.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (!S_ISREG(status.st_mode)) continue;
        set.segments_.push_back({*number, static_cast<std::uint64_t>(status.st_size), 0,
                                 LogTime(std::chrono::seconds(status.st_mtim.tv_sec) +
                                         std::chrono::nanoseconds(status.st_mtim.tv_nsec))});
    }
    std::sort(set.segments_.begin(), set.segments_.end(),
              [](const LogSegment& a, const LogSegment& b) { return a.number < b.number; });
    std::uint64_t start = 0;
    for (LogSegment& segment : set.segments_) {
        segment.start = start;
        start += segment.size;
    }
    return set;
}

std::uint64_t LogSegments::end() const {
    return segments_.empty() ? 0 : segments_.back().start + segments_.back().size;
}

const LogSegment& LogSegments::at(std::uint64_t position) const {
    // The last segment that begins at or before it; of several at one place all but the last are empty.
    const auto after = std::upper_bound(segments_.begin(), segments_.end(), position,
                                        [](std::uint64_t p, const LogSegment& s) { return p < s.start; });
    return after == segments_.begin() ? segments_.front() : *std::prev(after);
}

const LogSegment* LogSegments::find(std::uint64_t number) const {
    for (const LogSegment& segment : segments_) {
        if (segment.number == number) return &segment;
    }
    return nullptr;
}

std::size_t LogSegments::read_bytes(const LogSegment& segment, std::uint64_t offset, char* out,
                                    std::size_t count) {
    if (!open_file_ || open_number_ != segment.number) {
        const auto path = folder_ / segment_name(segment.number);
        auto opened = open_own_file(path, O_RDONLY, 0, {Links::refused, Owner::anybody});
        open_file_ = opened ? std::move(*opened) : UniqueFd();
        open_number_ = segment.number;
        if (!open_file_) return 0;
    }
    count = static_cast<std::size_t>(
        std::min<std::uint64_t>(count, segment.size - std::min(offset, segment.size)));
    std::size_t got = 0;
    while (got < count) {
        const ssize_t n = ::pread(open_file_.get(), out + got, count - got, static_cast<off_t>(offset + got));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        got += static_cast<std::size_t>(n);
    }
    return got;
}

/// `block_` holds `got` bytes from `offset` on and no newline: reads on until there is one, or the segment
/// ends.
std::string_view LogSegments::grow_to_record(const LogSegment& segment, std::uint64_t offset,
                                             std::size_t got) {
    while (got < longest_record && offset + got < segment.size) {
        block_.resize(std::max(block_.size(), got + block_bytes));
        const std::size_t more = read_bytes(segment, offset + got, block_.data() + got, block_bytes);
        if (more == 0) break;
        const void* newline = ::memchr(block_.data() + got, '\n', more);
        if (newline != nullptr) {
            return {block_.data(),
                    static_cast<std::size_t>(static_cast<const char*>(newline) - block_.data()) + 1};
        }
        got += more;
    }
    return {block_.data(), got};
}

Result<LogBlock> LogSegments::read(std::uint64_t position, std::uint64_t limit) {
    if (block_.size() < block_bytes) block_.resize(block_bytes);
    while (position < limit) {
        const LogSegment& segment = at(position);
        const std::uint64_t offset = position - segment.start;
        const std::uint64_t wanted = std::min<std::uint64_t>(limit - position, segment.size - offset);
        if (wanted == 0) break;
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, block_bytes));
        const std::size_t got = read_bytes(segment, offset, block_.data(), count);
        if (got == 0) {
            position = segment.start + segment.size;
            continue;
        }
        const void* newline = ::memrchr(block_.data(), '\n', got);
        if (newline != nullptr) {
            const auto length =
                static_cast<std::size_t>(static_cast<const char*>(newline) - block_.data()) + 1;
            return LogBlock{{block_.data(), length}, position, false};
        }
        const std::string_view record = grow_to_record(segment, offset, got);
        return LogBlock{record, position, record.back() != '\n'};
    }
    return LogBlock{{}, limit, false};
}

std::uint64_t LogSegments::record_before(std::uint64_t position) {
    if (position == 0 || segments_.empty()) return 0;
    const LogSegment& segment = at(position - 1);
    if (small_.size() < step_bytes) small_.resize(step_bytes);
    // The newline that ends this very record is not the one looked for.
    std::uint64_t end = position - 1 - segment.start;
    std::uint64_t searched = 0;
    while (end > 0 && searched < longest_record) {
        const std::uint64_t begin = end > step_bytes ? end - step_bytes : 0;
        const auto count = static_cast<std::size_t>(end - begin);
        if (read_bytes(segment, begin, small_.data(), count) != count) break;
        const void* newline = ::memrchr(small_.data(), '\n', count);
        if (newline != nullptr) {
            const auto at_newline =
                static_cast<std::uint64_t>(static_cast<const char*>(newline) - small_.data());
            return segment.start + begin + at_newline + 1;
        }
        end = begin;
        searched += count;
    }
    return segment.start + end;
}

std::uint64_t LogSegments::record_at_or_after(std::uint64_t position) {
    if (position == 0 || segments_.empty() || position >= end()) return std::min(position, end());
    const LogSegment& segment = at(position);
    if (position == segment.start) return position;
    if (small_.size() < step_bytes) small_.resize(step_bytes);
    // A newline just before the position ends the record before it.
    std::uint64_t offset = position - segment.start - 1;
    while (offset < segment.size) {
        const std::size_t got = read_bytes(segment, offset, small_.data(), step_bytes);
        if (got == 0) break;
        const void* newline = ::memchr(small_.data(), '\n', got);
        if (newline != nullptr) {
            const auto at_newline =
                static_cast<std::uint64_t>(static_cast<const char*>(newline) - small_.data());
            return segment.start + offset + at_newline + 1;
        }
        offset += got;
    }
    return segment.start + segment.size;
}

std::string_view LogSegments::head(std::uint64_t position) {
    if (position >= end()) return {};
    if (small_.size() < step_bytes) small_.resize(step_bytes);
    const LogSegment& segment = at(position);
    const std::size_t got = read_bytes(segment, position - segment.start, small_.data(), head_bytes);
    const std::string_view bytes(small_.data(), got);
    return bytes.substr(0, bytes.find('\n'));
}

std::uint64_t LogSegments::first_not_before(LogTime time) {
    std::uint64_t low = 0, high = end();
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        // The first readable record from the middle on; foreign lines have no time.
        std::uint64_t at_record = record_at_or_after(middle);
        std::optional<LogRecord> record;
        int foreign = 0;
        while (at_record < high && !(record = parse_log_record(head(at_record))) &&
               ++foreign < most_foreign) {
            at_record = record_at_or_after(at_record + 1);
        }
        // Nothing to go by: look earlier. Lines before the time are then left out one by one.
        if (at_record >= high || !record) {
            high = middle;
        } else if (record->time < time) {
            low = record_at_or_after(at_record + 1);
        } else {
            high = middle;
        }
    }
    return record_at_or_after(low);
}

std::uint64_t LogSegments::sequence_at(std::uint64_t position) {
    if (segments_.empty()) return 0;
    const LogSegment& segment = at(position);
    if (block_.size() < block_bytes) block_.resize(block_bytes);
    std::uint64_t sequence = segment.number;
    const std::uint64_t wanted = position - segment.start;
    for (std::uint64_t offset = 0; offset < wanted;) {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(block_bytes, wanted - offset));
        const std::size_t got = read_bytes(segment, offset, block_.data(), count);
        if (got == 0) break;
        sequence += count_newlines({block_.data(), got});
        offset += got;
    }
    return sequence;
}

}  // namespace mcpm
