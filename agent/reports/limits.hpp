// How much is reported: the same once in a while, not more than some in a minute, and nothing while the
// receiver asks for quiet. Pure: time is passed in.
#pragma once

#include "common/server_spec.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::reports {

using Clock = std::chrono::steady_clock;

class Limits {
  public:
    static constexpr unsigned burst = 20;
    static constexpr std::chrono::seconds one_more_in{6};  // ten a minute
    static constexpr std::chrono::minutes same_again_in{10};

    /// Whether one of this kind may be reported now; it then counts as one that was.
    bool take(const std::string& fingerprint, Clock::time_point now);
    std::uint64_t left_out() const { return left_out_; }

    /// An answer of the receiver: of 429 its Retry-After (a minute without one), of any X-Sentry-Rate-Limits.
    void note_answer(int status, std::string_view retry_after, std::string_view rate_limits,
                     Clock::time_point now);
    /// Until when nothing is sent.
    std::optional<Clock::time_point> quiet_until(Clock::time_point now) const;

  private:
    static constexpr std::size_t most_fingerprints = 500;
    std::map<std::string, Clock::time_point> seen_;
    double tokens_ = burst;
    Clock::time_point filled_at_{};
    Clock::time_point quiet_until_{};
    std::uint64_t left_out_ = 0;
};

/// "60:error;transaction:organization, 2700:default:organization": the longest that holds for errors.
std::optional<std::chrono::seconds> read_rate_limits(std::string_view text);

}  // namespace mcpm::reports
