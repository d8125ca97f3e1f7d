// When a channel says what: the same is not said again for a while, what happens together goes together, and
// what is not critical waits while it is quiet. One for each channel. Pure: time is passed in.
#pragma once

#include "agent/notify/notice.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mcpm::notify {

using Clock = std::chrono::steady_clock;

struct Moment {
    Clock::time_point now;
    unsigned minute = 0;  // of the day, by this machine's clock
};

class Gathering {
  public:
    static constexpr std::size_t most_waiting = 200;

    explicit Gathering(const NotifySettings& settings)
        : group_(settings.group), repeat_after_(settings.repeat_after), quiet_(settings.quiet) {}

    void add(Notice notice, Moment moment);
    /// What goes out now, as one message; empty when nothing does.
    std::vector<Notice> due(Moment moment);
    /// When to ask again, at the latest; nothing while nothing waits.
    std::optional<Clock::time_point> next(Moment moment) const;

    std::size_t waiting() const { return waiting_.size(); }
    /// All that waits, which is then forgotten here.
    std::vector<Notice> take_all();
    std::uint64_t repeated() const { return repeated_; }  // not said again
    std::uint64_t dropped() const { return dropped_; }    // there were too many

  private:
    bool is_held(const Notice& notice, unsigned minute) const;
    bool is_repeated(const Notice& notice, Clock::time_point now);
    void forget_old(Clock::time_point now);

    Duration group_, repeat_after_;
    std::optional<QuietHours> quiet_;
    struct Waiting {
        Notice notice;
        Clock::time_point ready_at;
    };
    std::vector<Waiting> waiting_;
    std::map<std::string, Clock::time_point> said_;
    std::uint64_t repeated_ = 0, dropped_ = 0;
};

}  // namespace mcpm::notify
