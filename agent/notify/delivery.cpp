#include "agent/notify/delivery.hpp"

#include "common/number.hpp"

#include <algorithm>
#include <chrono>

namespace mcpm::notify {

Delivery judge_http(int status, std::string_view retry_after) {
    if (status >= 200 && status < 300) return {};
    const bool passes = status == 408 || status == 425 || status == 429 || status >= 500;
    return {passes ? Delivery::Outcome::again : Delivery::Outcome::never,
            "it answered " + std::to_string(status), read_retry_after(retry_after)};
}

Delivery judge_mail(int status, std::string why) {
    const bool stays = status >= 500;
    return {stays ? Delivery::Outcome::never : Delivery::Outcome::again, std::move(why), std::nullopt};
}

Duration back_off(unsigned attempt, double chance) {
    constexpr Duration most = std::chrono::minutes(5);
    const Duration whole =
        std::min<Duration>(most, std::chrono::seconds(1) * (1LL << std::min(attempt, 20U)));
    const double part = 1.0 - std::clamp(chance, 0.0, 1.0) / 2.0;
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double, Duration::period>(whole) *
                                                part);
}

std::optional<Duration> read_retry_after(std::string_view text) {
    constexpr long most = 3600;
    const auto seconds = parse_number<long>(text);
    if (!seconds || *seconds < 0) return std::nullopt;
    return std::chrono::seconds(std::min(*seconds, most));
}

}  // namespace mcpm::notify
