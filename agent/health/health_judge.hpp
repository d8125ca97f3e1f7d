// From single checks to a verdict: so many failures in a row make a server unhealthy, so many successes make
// it healthy again; failures within the start period count for nothing. Pure: time is passed in.
#pragma once

#include "common/server_spec.hpp"
#include "common/server_status.hpp"

#include <chrono>
#include <string>

namespace mcpm {

enum class CheckOutcome {
    good,
    bad,
    unclear,  // nothing can be told: a server that works on calls need not answer a ping
};

/// One check that was made.
struct HealthCheck {
    Timestamp at{};
    std::chrono::microseconds response_time{0};
    CheckOutcome outcome = CheckOutcome::good;
    std::string why = {};
};

class HealthJudge {
  public:
    /// `started_at`: of the run that is watched.
    HealthJudge(const HealthSpec& spec, Timestamp started_at);

    /// The verdict after this check; unknown until there is one.
    Health take(CheckOutcome outcome, Timestamp at);
    Health verdict() const { return verdict_; }

  private:
    unsigned failures_wanted_;
    unsigned successes_wanted_;
    Timestamp counted_from_;
    unsigned failures_ = 0;
    unsigned successes_ = 0;
    Health verdict_ = Health::unknown;
};

/// The pause until the next check: the interval, up to a tenth shorter or longer, so that servers that
/// started together are not checked together for ever. `dice` in [0, 1).
Duration pause_until_next(Duration interval, double dice);

}  // namespace mcpm
