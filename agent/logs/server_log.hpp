// The log of one server while it is written: its segments, what was lost, who waits for more. Opened at the
// first line. A loss (full disk, unwritable folder) is counted, announced once, and marked by a note at its
// place when writing works again. Never blocks longer than the file system does, never throws.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/logs/hidden_lines.hpp"
#include "agent/logs/log_store.hpp"
#include "agent/logs/record_builder.hpp"
#include "agent/logs/segment_file.hpp"
#include "common/log_segments.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

class LogHouse;

class ServerLog {
  public:
    ServerLog(LogHouse& house, std::string id) : house_(house), id_(std::move(id)) {}
    ServerLog(const ServerLog&) = delete;
    ServerLog& operator=(const ServerLog&) = delete;

    const std::string& id() const { return id_; }
    /// The time for the next records: now, but never before the last one.
    LogTime next_time();

    /// Whole records of one time. Counted as dropped when they cannot be written.
    void write(std::string_view records, const RecordCounts& counts, LogTime time);
    void note(std::string_view text, std::uint64_t own_run = 0);
    /// From now on these are not written, whatever a line says; a line is looked at only when there are any.
    void hide(HiddenValues values) { hidden_ = std::make_unique<HiddenLines>(std::move(values)); }
    std::string without_hidden(std::string text) const {
        return hidden_ ? hidden_->values().hide(std::move(text)) : text;
    }
    void begin_run(std::uint64_t run, std::string_view text, RunKind kind = RunKind::shared);

    /// Learns what is in the folder, for the budget, without opening anything to write.
    void load();
    /// Of the oldest segment that is not empty; nothing when there is none.
    std::optional<LogTime> oldest_write() const;
    bool remove_oldest();
    /// Puts the folder out of the way, for whoever deletes it; empty when there is none. Later writes go
    /// nowhere.
    std::filesystem::path remove();
    void close();

    Notifier& changed();
    std::unique_ptr<Notifier> take_notifier() { return std::move(changed_); }
    const LogCounters& counters() const { return counters_; }
    std::uint64_t next_sequence() const { return file_ ? next_sequence_ : 0; }

    void add_capture(std::uint64_t run) { captures_.push_back(run); }
    void remove_capture(std::uint64_t run);
    bool has_capture(std::uint64_t run) const;

  private:
    struct Part {
        std::uint64_t number, bytes;
        LogTime written;
    };
    struct Loss {
        std::uint64_t lines = 0, bytes = 0;
        std::string why;
        Clock::time_point retry_at{};
        bool is_on = false;
    };

    void write_clean(std::string_view records, const RecordCounts& counts, LogTime time);
    bool is_ready(LogTime time, bool now);
    bool open(LogTime time);
    bool open_newest(LogTime time);
    bool start_segment();
    void point_current(std::uint64_t number);
    void check_deleted(LogTime time);
    bool lies_elsewhere();
    void note_clock(LogTime now);
    bool make_room(std::uint64_t bytes);
    std::size_t write_some(std::string_view records);
    std::size_t write_all(std::string_view records);
    bool write_note(std::string_view text, LogTime time);
    void close_fragments(LogTime time);
    void lose(std::string_view records);
    void failed(std::string why);
    bool recover(LogTime time);
    void forget_oldest();
    void wake();

    LogHouse& house_;
    std::string id_;
    std::vector<Part> parts_;  // oldest first; the last one is written when file_ is open
    SegmentFile file_;
    std::uint64_t next_sequence_ = 0;  // 0: not known yet
    LogTime last_time_{};
    Clock::time_point last_check_{};
    bool clock_is_behind_ = false;  // said
    LogCounters counters_;
    std::unique_ptr<Loss> loss_;
    std::unique_ptr<HiddenLines> hidden_;
    std::unique_ptr<Notifier> changed_;
    std::vector<std::uint64_t> captures_;
    std::string failure_;  // of the attempt at hand
    bool loaded_ = false;
    bool removed_ = false;
    bool link_failed_ = false;
    bool open_fragment_[2] = {false, false};
};

}  // namespace mcpm
