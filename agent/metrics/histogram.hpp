// Counts of durations by bounds that never change, with the last trace id of each bucket as its exemplar.
// Bounded: one array.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::metrics {

/// Of HTTP requests: seconds (product.md: .1 .5 1 2 5, and finer below).
inline constexpr double request_bounds[] = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                            0.5,   1,      2,     5,    30,    300};
/// Of calls of tools: those that the conventions of OpenTelemetry advise, and finer below.
inline constexpr double call_bounds[] = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                         0.02,   0.05,    0.1,    0.2,   0.5,    1,     2,
                                         5,      10,      30,     60,    120,    300};

struct Exemplar {
    std::string trace = {};
    double value = 0;
};

class Histogram {
  public:
    /// `bounds` rise, and outlive this object.
    explicit Histogram(std::span<const double> bounds) : bounds_(bounds), counts_(bounds.size() + 1) {}

    /// `trace` is a W3C trace id (32 hexadecimal digits), or empty.
    void add(std::chrono::microseconds duration, std::string_view trace = {});

    /// Of the same bounds.
    void add(const Histogram& others);

    std::span<const double> bounds() const { return bounds_; }
    /// Of each bucket alone, the last for all above the bounds.
    std::span<const std::uint64_t> counts() const { return counts_; }
    std::span<const Exemplar> exemplars() const { return exemplars_; }
    std::uint64_t count() const { return count_; }
    double sum() const { return sum_; }
    /// The bound of the bucket in which this share (0 to 1) is reached; 0 when nothing was counted.
    double quantile(double share) const;

  private:
    std::span<const double> bounds_;
    std::vector<std::uint64_t> counts_;
    std::vector<Exemplar> exemplars_;  // empty until the first trace
    std::uint64_t count_ = 0;
    double sum_ = 0;
};

}  // namespace mcpm::metrics
