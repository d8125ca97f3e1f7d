// How late the agent's loop is: a timer that should fire every quarter of a second, and how much later it
// did. It ticks only while somebody reads it, for a minute after each time, so that an idle agent sleeps.
#pragma once

#include "agent/async/task_group.hpp"
#include "agent/metrics/figure.hpp"
#include "agent/metrics/histogram.hpp"

namespace mcpm {

class LoopLag {
  public:
    explicit LoopLag(Loop& loop) : tasks_(loop) {}

    /// For somebody who reads it now.
    metrics::HistogramFigure figure();
    Task<> close();

  private:
    Task<> tick();

    metrics::Histogram lags_{metrics::request_bounds};
    Clock::time_point until_{};
    bool ticks_ = false;
    TaskGroup tasks_;
};

}  // namespace mcpm
