#include "agent/logs/segment_file.hpp"

#include "common/log_segments.hpp"
#include "common/own_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace mcpm {
namespace {

constexpr std::size_t end_bytes = 64 << 10;

/// The part from `from` to `to` of the file; shorter when the file is.
std::string read_part(int file, std::uint64_t from, std::uint64_t to) {
    std::string part(static_cast<std::size_t>(to - from), '\0');
    std::size_t got = 0;
    while (got < part.size()) {
        const ssize_t n = ::pread(file, part.data() + got, part.size() - got, static_cast<off_t>(from + got));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        got += static_cast<std::size_t>(n);
    }
    part.resize(got);
    return part;
}

std::uint64_t count_records(int file, std::uint64_t size) {
    std::vector<char> block(256 << 10);
    std::uint64_t records = 0;
    for (std::uint64_t offset = 0; offset < size;) {
        const ssize_t n = ::pread(file, block.data(), block.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        records += count_newlines({block.data(), static_cast<std::size_t>(n)});
        offset += static_cast<std::uint64_t>(n);
    }
    return records;
}

/// The size without the zeros that a file gets when the machine stops before its last bytes reach the disk.
std::uint64_t size_without_zeros(int file, std::uint64_t size) {
    while (size > 0) {
        const std::uint64_t from = size > end_bytes ? size - end_bytes : 0;
        const std::string part = read_part(file, from, size);
        const std::size_t last = part.find_last_not_of('\0');
        if (last != part.npos) return from + last + 1;
        size = from;
    }
    return 0;
}

/// Goes over the last records of the file: times and streams that stand in the middle of a line.
void look_at_end(std::string_view part, SegmentFile::Found& found) {
    while (!part.empty()) {
        const std::size_t end = std::min(part.find('\n'), part.size());
        if (const auto record = parse_log_record(part.substr(0, end))) {
            found.last_time = record->time;
            if (!record->note && record->run == 0)
                found.open_fragment[record->stream == LogStream::standard_output ? 0 : 1] = record->partial;
        }
        part.remove_prefix(std::min(end + 1, part.size()));
    }
}

}  // namespace

Result<SegmentFile> SegmentFile::create(const std::filesystem::path& folder, std::uint64_t number) {
    const auto path = folder / segment_name(number);
    auto opened = open_own_file(path, O_RDWR | O_APPEND | O_CREAT);
    if (!opened) return opened.error();
    UniqueFd file = std::move(*opened);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0 || status.st_size != 0) {
        return system_error("create the log segment " + path.string(), EEXIST, ErrorCode::unavailable);
    }
    return SegmentFile(std::move(file), number, 0);
}

Result<SegmentFile> SegmentFile::resume(const std::filesystem::path& folder, std::uint64_t number,
                                        Found& found) {
    const auto path = folder / segment_name(number);
    auto opened = open_own_file(path, O_RDWR | O_APPEND);
    if (!opened) return opened.error();
    UniqueFd file = std::move(*opened);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0)
        return system_error("look at the log segment " + path.string(), errno, ErrorCode::unavailable);
    SegmentFile segment(std::move(file), number, static_cast<std::uint64_t>(status.st_size));
    if (const auto mended = segment.mend(found); !mended) return mended.error();
    return segment;
}

Result<> SegmentFile::mend(Found& found) {
    const int file = file_.get();
    std::uint64_t whole = size_without_zeros(file, bytes_);
    const std::uint64_t zeros = bytes_ - whole;
    const std::uint64_t from = whole > end_bytes ? whole - end_bytes : 0;
    std::string part = read_part(file, from, whole);
    if (!part.empty() && part.back() != '\n') {
        const std::size_t newline = part.rfind('\n');
        const std::size_t begin = newline == part.npos ? 0 : newline + 1;
        found.torn_bytes = part.size() - begin;
        // With its prefix whole it is readable: it is ended. Else it is taken away.
        found.torn_kept =
            newline == part.npos || parse_log_record(std::string_view(part).substr(begin)).has_value();
        if (!found.torn_kept) {
            whole = from + begin;
            part.resize(begin);
        }
    }
    found.torn_bytes += zeros;
    if (whole != bytes_ && ::ftruncate(file, static_cast<off_t>(whole)) != 0) {
        return system_error("mend the log segment " + segment_name(number_), errno, ErrorCode::unavailable);
    }
    bytes_ = whole;
    if (found.torn_kept) {
        if (append("\n").bytes != 1) {
            return system_error("mend the log segment " + segment_name(number_), ENOSPC,
                                ErrorCode::unavailable);
        }
        part += '\n';
    }
    look_at_end(part, found);
    found.records = count_records(file, bytes_);
    return {};
}

SegmentFile::Written SegmentFile::append(std::string_view records) {
    Written written;
    if (torn_ && ::write(file_.get(), "\n", 1) != 1) {
        written.error_number = errno;
        return written;
    }
    bytes_ += torn_ ? 1 : 0;
    torn_ = false;
    std::size_t done = 0;
    while (done < records.size()) {
        const ssize_t n = ::write(file_.get(), records.data() + done, records.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            written.error_number = n < 0 ? errno : ENOSPC;
            break;
        }
        done += static_cast<std::size_t>(n);
    }
    const std::size_t newline = done == 0 ? records.npos : records.rfind('\n', done - 1);
    written.bytes = newline == records.npos ? 0 : newline + 1;
    // Half a record would spoil the next one. Taking bytes away needs no space.
    if (written.bytes != done && ::ftruncate(file_.get(), static_cast<off_t>(bytes_ + written.bytes)) != 0) {
        // Then it stays, as a foreign line that is ended before anything follows.
        torn_ = true;
        bytes_ += done - written.bytes;
    }
    bytes_ += written.bytes;
    return written;
}

bool SegmentFile::is_deleted() const {
    struct stat status {};
    return ::fstat(file_.get(), &status) == 0 && status.st_nlink == 0;
}

bool SegmentFile::is_at(const std::filesystem::path& folder) const {
    struct stat ours {};
    struct stat found {};
    if (::fstat(file_.get(), &ours) != 0) return true;  // nothing is known
    if (::lstat((folder / segment_name(number_)).c_str(), &found) != 0) return errno != ENOENT;
    return found.st_dev == ours.st_dev && found.st_ino == ours.st_ino;
}

}  // namespace mcpm
