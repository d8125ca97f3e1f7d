// How often somebody may do something: a bucket of turns for each, filled at a steady rate. Pure: time is
// passed in. Bounded: when too many are known at once, the rest share one bucket.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mcpm::access {

class RateLimiter {
  public:
    using Time = std::chrono::steady_clock::time_point;

    /// A rate of 0: everything is allowed.
    RateLimiter(double turns_per_second, double burst, std::size_t most_known = 4096);

    /// Takes a turn. False when there is none left.
    bool take(std::string_view who, Time now);
    /// Whole seconds until there is a turn again, at least 1.
    unsigned retry_after(std::string_view who, Time now) const;

    std::size_t known() const { return buckets_.size(); }

  private:
    struct Bucket {
        double turns = 0;
        Time at{};
    };

    const std::string& key_of(const std::string& who) const;
    double turns_of(const std::string& who, Time now) const;
    double turns_in(const Bucket& bucket, Time now) const;
    void forget_full(Time now);

    double rate_, burst_;
    std::size_t most_known_;
    std::unordered_map<std::string, Bucket> buckets_;
};

/// Whom an address ("127.0.0.1:5000", "[2001:db8::1]:5000") belongs to: an IPv4 address, or the 64 bits of an
/// IPv6 one that a household has.
std::string client_of_address(std::string_view address);

}  // namespace mcpm::access
