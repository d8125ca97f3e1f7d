#include "agent/access/rate_limiter.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace mcpm::access {

namespace {

const std::string shared_by_the_rest;

}  // namespace

RateLimiter::RateLimiter(double turns_per_second, double burst, std::size_t most_known)
    : rate_(turns_per_second), burst_(std::max(burst, 1.0)), most_known_(most_known) {}

const std::string& RateLimiter::key_of(const std::string& who) const {
    return buckets_.count(who) != 0 || buckets_.size() < most_known_ ? who : shared_by_the_rest;
}

double RateLimiter::turns_of(const std::string& who, Time now) const {
    const auto found = buckets_.find(key_of(who));
    return found == buckets_.end() ? burst_ : turns_in(found->second, now);
}

double RateLimiter::turns_in(const Bucket& bucket, Time now) const {
    const std::chrono::duration<double> passed = now - bucket.at;
    return std::min(burst_, bucket.turns + std::max(passed.count(), 0.0) * rate_);
}

bool RateLimiter::take(std::string_view who, Time now) {
    if (rate_ <= 0) return true;
    const std::string name(who);
    auto found = buckets_.find(name);
    if (found == buckets_.end()) {
        if (buckets_.size() >= most_known_) forget_full(now);
        found = buckets_.try_emplace(key_of(name), Bucket{burst_, now}).first;
    }
    const double turns = turns_in(found->second, now);
    const bool is_allowed = turns >= 1;
    found->second = Bucket{is_allowed ? turns - 1 : turns, now};
    return is_allowed;
}

unsigned RateLimiter::retry_after(std::string_view who, Time now) const {
    if (rate_ <= 0) return 1;
    const double missing = 1 - turns_of(std::string(who), now);
    return static_cast<unsigned>(std::max(1.0, std::ceil(missing / rate_)));
}

void RateLimiter::forget_full(Time now) {
    for (auto at = buckets_.begin(); at != buckets_.end();) {
        const std::chrono::duration<double> passed = now - at->second.at;
        at = at->second.turns + passed.count() * rate_ >= burst_ ? buckets_.erase(at) : std::next(at);
    }
}

std::string client_of_address(std::string_view address) {
    const auto host = address.substr(0, address.rfind(':'));
    if (!host.starts_with('[')) return std::string(host);
    const std::string literal(host.substr(1, host.size() < 2 ? 0 : host.size() - 2));
    std::array<unsigned char, 16> bytes{};
    if (::inet_pton(AF_INET6, literal.c_str(), bytes.data()) != 1) return std::string(host);
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
    return std::string(text.data()) + "/64";
}

}  // namespace mcpm::access
