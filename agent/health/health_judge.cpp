#include "agent/health/health_judge.hpp"

#include <algorithm>
#include <cmath>

namespace mcpm {

HealthJudge::HealthJudge(const HealthSpec& spec, Timestamp started_at)
    : failures_wanted_(std::max(1U, spec.failure_threshold)),
      successes_wanted_(std::max(1U, spec.success_threshold)),
      counted_from_(started_at + spec.start_period) {}

Health HealthJudge::take(CheckOutcome outcome, Timestamp at) {
    if (outcome == CheckOutcome::good) {
        failures_ = 0;
        if (++successes_ >= successes_wanted_) verdict_ = Health::healthy;
        // One that was never well has nothing to recover from.
        if (verdict_ == Health::unknown) verdict_ = Health::healthy;
    }
    if (outcome == CheckOutcome::bad && (at >= counted_from_ || verdict_ != Health::unknown)) {
        successes_ = 0;
        if (++failures_ >= failures_wanted_) verdict_ = Health::unhealthy;
    }
    successes_ = std::min(successes_, successes_wanted_);
    failures_ = std::min(failures_, failures_wanted_);
    return verdict_;
}

Duration pause_until_next(Duration interval, double dice) {
    const double factor = 0.9 + 0.2 * dice;
    return std::max(Duration(1), Duration(std::llround(static_cast<double>(interval.count()) * factor)));
}

}  // namespace mcpm
