#include "agent/runtime/log_place.hpp"

#include <algorithm>

namespace mcpm {

LogPlace::LogPlace(const StreamMarks& heard, std::uint64_t taken)
    : head_(heard.head_text()), tail_(heard.tail_text()), tail_end_(heard.tail_end), taken_(taken) {}

void LogPlace::feed(std::string_view bytes) {
    beginning_ += bytes.substr(0, head_.size() - beginning_.size());
    const std::uint64_t before = length_ - window_.size();
    length_ += bytes.size();
    window_ += bytes;
    if (!tail_.empty()) {
        for (auto at = window_.find(tail_); at != std::string::npos; at = window_.find(tail_, at + 1)) {
            found_end_ = before + at + tail_.size();
            times_found_ = std::min(times_found_ + 1, 2U);
            is_where_it_was_ = is_where_it_was_ || found_end_ == tail_end_;
        }
    }
    // One byte less than the tail: it is not found twice.
    const std::size_t kept = tail_.empty() ? 0 : tail_.size() - 1;
    if (window_.size() > kept) window_.erase(0, window_.size() - kept);
}

/// A log that is not as far yet as what was heard is one that the engine has not written yet.
bool LogPlace::is_rotated() const {
    const bool is_elsewhere = !tail_.empty() && length_ >= tail_end_ && !is_where_it_was_;
    return is_beginning_other() || is_elsewhere;
}

std::uint64_t LogPlace::skipped() const {
    if (!is_rotated()) return taken_;
    if (times_found_ == 0) return 0;
    // Taken may end before the last whole line that was heard, or within the line behind it.
    if (taken_ >= tail_end_) return found_end_ + (taken_ - tail_end_);
    const std::uint64_t back = tail_end_ - taken_;
    return found_end_ > back ? found_end_ - back : 0;
}

bool LogPlace::is_doubtful() const {
    if (!is_rotated()) return false;
    return times_found_ != 1 || (taken_ < tail_end_ && tail_end_ - taken_ > found_end_);
}

}  // namespace mcpm
