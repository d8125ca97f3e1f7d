#include "agent/notify/gathering.hpp"

#include <algorithm>

namespace mcpm::notify {

namespace {

/// Feedback is of nobody's state: each is news.
bool may_repeat(const Notice& notice) {
    return notice.kind != NotifyKind::feedback && notice.kind != NotifyKind::test;
}

std::string key_of(NotifyKind kind, const Notice& notice) {
    return std::string(wire_name(kind)) + " " + notice.server_id;
}

}  // namespace

bool Gathering::is_held(const Notice& notice, unsigned minute) const {
    return quiet_ && notice.severity != NotifySeverity::critical && quiet_->holds(minute);
}

/// What has recovered and is in trouble again is no repetition, but a server that goes to and fro says so
/// once in a while only.
bool Gathering::is_repeated(const Notice& notice, Clock::time_point now) {
    if (!may_repeat(notice)) return false;
    const auto [entry, is_new] = said_.try_emplace(key_of(notice.kind, notice), now);
    if (is_new) return false;
    if (now - entry->second < repeat_after_) return true;
    entry->second = now;
    return false;
}

void Gathering::forget_old(Clock::time_point now) {
    std::erase_if(said_, [&](const auto& entry) { return now - entry.second >= repeat_after_; });
}

void Gathering::add(Notice notice, Moment moment) {
    forget_old(moment.now);
    if (is_repeated(notice, moment.now)) {
        ++repeated_;
        return;
    }
    if (waiting_.size() == most_waiting) {
        waiting_.erase(waiting_.begin());
        ++dropped_;
    }
    // All of a group go with its first.
    const auto ready_at = waiting_.empty() ? moment.now + group_ : waiting_.front().ready_at;
    waiting_.push_back({std::move(notice), ready_at});
}

std::vector<Notice> Gathering::due(Moment moment) {
    std::vector<Notice> now;
    std::vector<Waiting> later;
    for (auto& one : waiting_) {
        if (one.ready_at <= moment.now && !is_held(one.notice, moment.minute)) {
            now.push_back(std::move(one.notice));
        } else {
            later.push_back(std::move(one));
        }
    }
    waiting_ = std::move(later);
    return now;
}

std::vector<Notice> Gathering::take_all() {
    std::vector<Notice> all;
    for (auto& one : waiting_) all.push_back(std::move(one.notice));
    waiting_.clear();
    return all;
}

std::optional<Clock::time_point> Gathering::next(Moment moment) const {
    constexpr std::chrono::seconds look_again{30};  // quiet hours end by the clock on the wall
    std::optional<Clock::time_point> next;
    for (const auto& one : waiting_) {
        const auto at = is_held(one.notice, moment.minute) ? moment.now + look_again : one.ready_at;
        next = next ? std::min(*next, at) : at;
    }
    return next;
}

}  // namespace mcpm::notify
