// Lets a bounded number of reports through per window and counts the rest. Pure; time is passed in.
#pragma once

#include "agent/async/task.hpp"

#include <cstdint>
#include <utility>

namespace mcpm::mcp {

class NoiseGate {
  public:
    static constexpr std::uint64_t per_window = 100;
    static constexpr Clock::duration window = std::chrono::seconds(10);

    /// Whether one more may be reported now.
    bool admit(Clock::time_point now) {
        if (now - window_begin_ >= window || used_ == 0) {
            window_begin_ = now;
            used_ = 0;
        }
        if (used_ < per_window) {
            ++used_;
            return true;
        }
        ++withheld_;
        return false;
    }

    /// How many were not reported since this was asked last.
    std::uint64_t take_withheld() { return std::exchange(withheld_, 0); }

  private:
    Clock::time_point window_begin_{};
    std::uint64_t used_ = 0;
    std::uint64_t withheld_ = 0;
};

}  // namespace mcpm::mcp
