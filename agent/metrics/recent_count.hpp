// How often something happened of late: one count a second for the last minute. Pure: the time is passed in.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace mcpm::metrics {

class RecentCount {
  public:
    using Time = std::chrono::steady_clock::time_point;

    void note(Time now) {
        go_to(now);
        ++slots_[static_cast<std::size_t>(newest_) % slots_.size()];
    }
    /// In the whole seconds of the last minute.
    std::uint64_t in_last_minute(Time now) {
        go_to(now);
        std::uint64_t sum = 0;
        for (const auto count : slots_) sum += count;
        return sum;
    }

  private:
    void go_to(Time now) {
        const auto second = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
        if (second - newest_ >= static_cast<std::int64_t>(slots_.size())) slots_.fill(0);
        for (auto at = newest_ + 1; at <= second && second - newest_ < std::int64_t{60}; ++at)
            slots_[static_cast<std::size_t>(at) % slots_.size()] = 0;
        if (second > newest_) newest_ = second;
    }

    std::array<std::uint32_t, 60> slots_{};
    std::int64_t newest_ = 0;
};

}  // namespace mcpm::metrics
