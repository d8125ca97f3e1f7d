#include "agent/logs/server_log.hpp"

#include "agent/logs/log_house.hpp"
#include "agent/logs/run_index.hpp"
#include "common/random.hpp"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace mcpm {
namespace {

constexpr auto retry_interval = std::chrono::milliseconds(100);

/// What `records` contain; the slow way, for those that were not written.
RecordCounts count(std::string_view records) {
    RecordCounts counts;
    while (!records.empty()) {
        const std::size_t end = std::min(records.find('\n'), records.size() - 1);
        const auto record = parse_log_record(records.substr(0, end));
        ++counts.records;
        if (record && !record->note) {
            const std::uint64_t ended = record->partial ? 0 : 1;
            counts.bytes += record->text.size() + ended;
            counts.lines += ended;
        }
        records.remove_prefix(end + 1);
    }
    return counts;
}

/// How many bytes of `records` a segment with `used` bytes takes: whole records; an empty one takes one at
/// least.
std::size_t whole_records(std::string_view records, std::uint64_t limit, std::uint64_t used) {
    const std::uint64_t room = used < limit ? limit - used : 0;
    if (records.size() <= room) return records.size();
    const std::size_t end =
        room == 0 ? records.npos : records.rfind('\n', static_cast<std::size_t>(room) - 1);
    if (end != records.npos) return end + 1;
    return used == 0 ? records.find('\n') + 1 : 0;
}

/// What the system says stands at the end of each reason.
bool is_for_want_of_space(std::string_view why) {
    return why.ends_with(::strerror(ENOSPC)) || why.ends_with(::strerror(EDQUOT));
}

}  // namespace

LogTime ServerLog::next_time() {
    const LogTime now = log_now();
    if (now < last_time_) note_clock(now);
    if (now >= last_time_) clock_is_behind_ = false;
    last_time_ = std::max(last_time_, now);
    return last_time_;
}

void ServerLog::write(std::string_view records, const RecordCounts& counts, LogTime time) {
    if (!hidden_ || !hidden_->concerns(records)) return write_clean(records, counts, time);
    const std::string clean = hidden_->clean(records);
    write_clean(clean, count(clean), time);
}

void ServerLog::write_clean(std::string_view records, const RecordCounts& counts, LogTime time) {
    if (removed_) return;
    if (!is_ready(time, false)) {
        lose(records);
        wake();
        return;
    }
    const std::size_t written = write_all(records);
    if (written == records.size()) {
        counters_.lines += counts.lines;
        counters_.bytes += counts.bytes;
    } else {
        const RecordCounts kept = count(records.substr(0, written));
        counters_.lines += kept.lines;
        counters_.bytes += kept.bytes;
        lose(records.substr(written));
    }
    wake();
}

void ServerLog::note(std::string_view text, std::uint64_t own_run) {
    if (removed_) return;
    const LogTime time = next_time();
    last_check_ = {};
    const std::string record = format_log_note(time, without_hidden(std::string(text)), own_run);
    if (!is_ready(time, true) || write_all(record) != record.size()) lose(record);
    wake();
}

void ServerLog::begin_run(std::uint64_t run, std::string_view text, RunKind kind) {
    if (removed_) return;
    const LogTime time = next_time();
    last_check_ = {};
    const bool is_own = kind == RunKind::own;
    if (is_ready(time, true) && !is_own) close_fragments(time);
    const std::string record = format_log_note(time, without_hidden(std::string(text)), is_own ? run : 0);
    if (!is_ready(time, true) || write_all(record) != record.size()) lose(record);
    if (file_) {
        // The row points at the note, or at where it would be.
        const std::uint64_t offset =
            file_.bytes() - (loss_ ? 0 : std::min<std::uint64_t>(record.size(), file_.bytes()));
        const RunRow row{run, time, file_.number(), offset, kind};
        const auto added = add_run_row(house_.folder_of(id_), row, parts_.front().number);
        if (!added) house_.announce(id_, added.error().message);
    }
    wake();
}

/// A line that a former run left unfinished must not be joined with the first one of this run.
void ServerLog::close_fragments(LogTime time) {
    for (const LogStream stream : {LogStream::standard_output, LogStream::error_output}) {
        bool& open = open_fragment_[stream == LogStream::standard_output ? 0 : 1];
        if (!open) continue;
        char record[log_prefix_bytes + 1];
        write_log_prefix(record, time, stream, false);
        record[log_prefix_bytes] = '\n';
        open = write_all({record, sizeof record}) != sizeof record;
    }
}

bool ServerLog::write_note(std::string_view text, LogTime time) {
    const std::string record = format_log_note(time, text);
    return write_all(record) == record.size();
}

/// True when there is a file to write to. While writing fails it is tried again now and then, or `now`.
bool ServerLog::is_ready(LogTime time, bool now) {
    if (loss_ && loss_->is_on && !now && Clock::now() < loss_->retry_at) return false;
    if (loss_) loss_->retry_at = Clock::now() + retry_interval;
    if (file_) check_deleted(time);
    if (!file_ && !open(time)) return false;
    return !loss_ || recover(time);
}

/// Marks the place of what was lost.
bool ServerLog::recover(LogTime time) {
    const std::string text = std::to_string(loss_->lines) + " lines (" + std::to_string(loss_->bytes) +
                             " bytes) were dropped here: " + loss_->why;
    if (!write_note(text, time)) return false;
    house_.announce(id_, "the log is written again; " + text);
    loss_.reset();
    return true;
}

void ServerLog::lose(std::string_view records) {
    const RecordCounts lost = count(records);
    counters_.dropped_lines += lost.lines;
    counters_.dropped_bytes += lost.bytes;
    if (!loss_) loss_ = std::make_unique<Loss>();
    loss_->lines += lost.lines;
    loss_->bytes += lost.bytes;
    if (!loss_->is_on) loss_->why = failure_.empty() ? "unknown" : failure_;
    if (is_for_want_of_space(loss_->why)) counters_.no_space_lines += lost.lines;
    if (loss_->is_on) return;
    loss_->is_on = true;
    loss_->retry_at = Clock::now() + retry_interval;
    house_.announce(id_, "lines are dropped from the log: " + loss_->why);
}

void ServerLog::failed(std::string why) {
    failure_ = std::move(why);
}

void ServerLog::load() {
    if (loaded_ || removed_) return;
    const auto found = LogSegments::open(house_.folder_of(id_));
    if (!found) return failed(found.error().message);
    loaded_ = true;
    for (const LogSegment& segment : found->all()) {
        parts_.push_back({segment.number, segment.size, segment.modified});
        house_.add_bytes(segment.size);
    }
}

bool ServerLog::open(LogTime time) {
    const auto folder = house_.folder_of(id_);
    for (const auto& path : {house_.folder(), folder}) {
        if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) continue;
        if (errno == ENOENT) {
            std::error_code ignored;
            std::filesystem::create_directories(path, ignored);
            if (::chmod(path.c_str(), 0700) == 0) continue;
        }
        failed(system_error("make the log folder " + path.string(), errno).message);
        return false;
    }
    load();
    if (!loaded_) return false;
    if (parts_.empty() || next_sequence_ != 0) return start_segment();
    return open_newest(time);
}

/// Goes on where a former agent stopped.
bool ServerLog::open_newest(LogTime time) {
    Part& newest = parts_.back();
    SegmentFile::Found found;
    auto file = SegmentFile::resume(house_.folder_of(id_), newest.number, found);
    if (!file) {
        failed(file.error().message);
        return false;
    }
    file_ = std::move(*file);
    house_.take_bytes(newest.bytes);
    house_.add_bytes(file_.bytes());
    newest.bytes = file_.bytes();
    next_sequence_ = newest.number + found.records;
    last_time_ = std::max(last_time_, found.last_time);
    open_fragment_[0] = found.open_fragment[0];
    open_fragment_[1] = found.open_fragment[1];
    last_check_ = Clock::now();
    if (found.torn_bytes == 0) return true;
    const std::string text = "the log was torn here: " + std::to_string(found.torn_bytes) +
                             " bytes of a line " +
                             (found.torn_kept ? "were kept, its end is missing" : "were removed");
    house_.announce(id_, text);
    write_note(text, std::max(time, last_time_));
    return true;
}

bool ServerLog::start_segment() {
    if (next_sequence_ == 0) next_sequence_ = parts_.empty() ? 1 : parts_.back().number + 1;
    auto file = SegmentFile::create(house_.folder_of(id_), next_sequence_);
    if (!file) {
        failed(file.error().message);
        return false;
    }
    file_ = std::move(*file);
    // An empty segment that was just closed has the same number and is the same file.
    if (parts_.empty() || parts_.back().number != next_sequence_)
        parts_.push_back({next_sequence_, 0, last_time_});
    point_current(next_sequence_);
    return true;
}

void ServerLog::point_current(std::uint64_t number) {
    const auto folder = house_.folder_of(id_);
    const std::string fresh = (folder / ".current.log").string();
    ::unlink(fresh.c_str());
    if (::symlink(segment_name(number).c_str(), fresh.c_str()) == 0 &&
        ::rename(fresh.c_str(), (folder / "current.log").c_str()) == 0) {
        link_failed_ = false;
        return;
    }
    // Only people and their tools use the link.
    if (!link_failed_)
        house_.announce(id_, system_error("point current.log at the new segment", errno).message);
    link_failed_ = true;
}

/// The server's own budget, then everyone's.
bool ServerLog::make_room(std::uint64_t bytes) {
    std::uint64_t sum = 0;
    for (const Part& part : parts_) sum += part.bytes;
    while (parts_.size() > 1 &&
           (sum + bytes > house_.limits().server_bytes || parts_.size() > house_.limits().segments)) {
        sum -= std::min(sum, parts_.front().bytes);
        forget_oldest();
    }
    house_.make_room(bytes);
    return static_cast<bool>(file_);
}

void ServerLog::forget_oldest() {
    const Part oldest = parts_.front();
    const auto path = house_.folder_of(id_) / segment_name(oldest.number);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
        house_.announce(id_, system_error("delete the old log segment " + path.string(), errno).message);
    }
    house_.take_bytes(oldest.bytes);
    parts_.erase(parts_.begin());
}

std::optional<LogTime> ServerLog::oldest_write() const {
    if (parts_.empty() || (parts_.size() == 1 && parts_.front().bytes == 0)) return std::nullopt;
    return parts_.front().written;
}

bool ServerLog::remove_oldest() {
    if (!oldest_write()) return false;
    // The one that is written goes only after another has begun; numbers then go on.
    if (parts_.size() == 1) {
        const bool was_open = static_cast<bool>(file_);
        if (!was_open && !open(next_time())) return false;
        if (!start_segment() || parts_.size() == 1) return false;
        if (!was_open) file_ = {};
    }
    forget_oldest();
    return true;
}

std::size_t ServerLog::write_all(std::string_view records) {
    std::size_t done = 0;
    while (done < records.size()) {
        const std::size_t written = write_some(records.substr(done));
        if (written == 0) break;
        done += written;
    }
    return done;
}

/// As many records as the segment still takes, one at least; 0 when writing failed.
std::size_t ServerLog::write_some(std::string_view records) {
    std::uint64_t limit = house_.limits().segment_bytes;
    std::size_t size = whole_records(records, limit, file_.bytes());
    if (size == 0) {
        // When no new segment can be made the old one grows, up to three times its size.
        limit = start_segment() ? limit : 3 * limit;
        size = whole_records(records, limit, file_.bytes());
        if (size == 0) return 0;
    }
    if (!make_room(size)) return 0;
    const std::uint64_t before = file_.bytes();
    const SegmentFile::Written written = file_.append(records.substr(0, size));
    next_sequence_ += count_newlines(records.substr(0, written.bytes));
    house_.add_bytes(file_.bytes() - before);
    parts_.back().bytes = file_.bytes();
    parts_.back().written = last_time_;
    if (written.error_number != 0) failed(::strerror(written.error_number));
    return written.bytes;
}

std::filesystem::path ServerLog::remove() {
    close();
    removed_ = true;
    for (const Part& part : parts_) house_.take_bytes(part.bytes);
    parts_.clear();
    std::error_code failure;
    auto removed = house_.folder() / (std::string(removed_prefix) + random_hex(8));
    std::filesystem::rename(house_.folder_of(id_), removed, failure);
    wake();
    if (!failure) return removed;
    if (failure != std::errc::no_such_file_or_directory)
        house_.announce(id_, "delete the log folder: " + failure.message());
    return {};
}

void ServerLog::close() {
    if (loss_ && !removed_) is_ready(next_time(), true);
    file_ = {};
}

Notifier& ServerLog::changed() {
    if (!changed_) changed_ = std::make_unique<Notifier>(house_.loop());
    return *changed_;
}

void ServerLog::wake() {
    if (changed_) changed_->notify_all();
}

void ServerLog::remove_capture(std::uint64_t run) {
    const auto found = std::find(captures_.begin(), captures_.end(), run);
    if (found != captures_.end()) captures_.erase(found);
}

bool ServerLog::has_capture(std::uint64_t run) const {
    return std::find(captures_.begin(), captures_.end(), run) != captures_.end();
}

}  // namespace mcpm
