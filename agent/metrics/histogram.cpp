#include "agent/metrics/histogram.hpp"

#include <algorithm>

namespace mcpm::metrics {

void Histogram::add(std::chrono::microseconds duration, std::string_view trace) {
    const double seconds = std::chrono::duration<double>(duration).count();
    const auto bucket =
        static_cast<std::size_t>(std::lower_bound(bounds_.begin(), bounds_.end(), seconds) - bounds_.begin());
    ++counts_[bucket];
    ++count_;
    sum_ += seconds;
    if (trace.empty()) return;
    if (exemplars_.empty()) exemplars_.resize(counts_.size());
    exemplars_[bucket].trace.assign(trace);
    exemplars_[bucket].value = seconds;
}

void Histogram::add(const Histogram& others) {
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) counts_[bucket] += others.counts_[bucket];
    count_ += others.count_;
    sum_ += others.sum_;
}

double Histogram::quantile(double share) const {
    if (count_ == 0) return 0;
    const double wanted = share * static_cast<double>(count_);
    double reached = 0;
    for (std::size_t at = 0; at < bounds_.size(); ++at) {
        reached += static_cast<double>(counts_[at]);
        if (reached >= wanted) return bounds_[at];
    }
    return bounds_.empty() ? 0 : bounds_.back();
}

}  // namespace mcpm::metrics
