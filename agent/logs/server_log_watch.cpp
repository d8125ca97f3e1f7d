// What happens to a log from outside while it is written: its file or folder goes away, the clock is set
// back.
#include "agent/logs/log_house.hpp"
#include "agent/logs/server_log.hpp"

namespace mcpm {

namespace {

constexpr std::chrono::seconds check_interval{1};

}  // namespace

/// Times in a log never go back; a reader should know why they stand still.
void ServerLog::note_clock(LogTime now) {
    constexpr std::chrono::seconds worth_a_word{2};
    if (clock_is_behind_ || last_time_ - now < worth_a_word || !file_) return;
    clock_is_behind_ = true;
    const auto behind = std::chrono::duration_cast<std::chrono::seconds>(last_time_ - now);
    write_note("the clock was set back by " + std::to_string(behind.count()) +
                   " s; lines carry the time of the last one until it has caught up",
               last_time_);
}

/// The path leads to another file or nowhere: it was moved, with or without its folder.
bool ServerLog::lies_elsewhere() {
    if (Clock::now() - last_check_ < check_interval) return false;
    last_check_ = Clock::now();
    return !file_.is_at(house_.folder_of(id_));
}

/// Someone may have deleted or moved the folder or the file while we write. Asked before every write: what is
/// written after it would be lost without being counted.
void ServerLog::check_deleted(LogTime time) {
    if (!file_.is_deleted() && !lies_elsewhere()) return;
    const std::uint64_t gone = next_sequence_;
    file_ = {};
    for (const Part& part : parts_) house_.take_bytes(part.bytes);
    parts_.clear();
    loaded_ = false;
    open_fragment_[0] = open_fragment_[1] = false;
    const std::string what =
        "the log was deleted or moved away while it was written; it begins anew, with record " +
        std::to_string(gone);
    house_.announce(id_, what);
    if (open(time)) write_note(what, time);
}

}  // namespace mcpm
