// What an answer to a delivery means, and when to try again. Pure.
#pragma once

#include "common/server_spec.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mcpm::notify {

struct Delivery {
    enum class Outcome { done, again, never };
    Outcome outcome = Outcome::done;
    std::string why = {};
    std::optional<Duration> after = {};  // the receiver asked for so long
};

/// By the status of HTTP, or of SMTP's last reply. 408, 425, 429 and what is 500 or more may pass; other
/// refusals stay.
Delivery judge_http(int status, std::string_view retry_after);
/// 4xx passes, 5xx stays (RFC 5321, 4.2.1); 0: the server was not spoken with.
Delivery judge_mail(int status, std::string why);

/// Doubles from a second to five minutes; `chance` from 0 to 1 takes up to a half of it away.
Duration back_off(unsigned attempt, double chance);
constexpr unsigned most_attempts = 12;

/// Seconds of Retry-After, at most an hour; its other form, a date, is not followed.
std::optional<Duration> read_retry_after(std::string_view text);

}  // namespace mcpm::notify
