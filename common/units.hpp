// "30s", "10MiB", RFC 3339 times <-> values. Pure. A bad text is a validation_error that says what was
// expected.
#pragma once

#include "common/server_spec.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mcpm {

/// "250ms", "30s", "5m", "2h", "1d", "1h30m", or a bare number of seconds ("10", "0.5"). Not negative, at
/// most 10 years.
Result<Duration> parse_duration(std::string_view text);
/// The shortest exact form: "1m30s", "250ms", "0s".
std::string format_duration(Duration duration);

/// "512", "64k", "10MiB", "1.5GB": k/m/g/t and KB… are powers of 1000 when followed by "B" without "i", as
/// docker's single letters (k, m, g) powers of 1024.
Result<std::uint64_t> parse_bytes(std::string_view text);
std::string format_bytes(std::uint64_t bytes);  // "10MiB", "1.5GiB", "512B"

/// "2026-11-22T18:19:51Z", with fraction and offset as RFC 3339 allows; also a date alone.
Result<Timestamp> parse_time(std::string_view text);
/// UTC with `Z`; milliseconds when there are any.
std::string format_time(Timestamp time);
/// A time, or a duration before `now` ("10m"), as docker's --since has it.
Result<Timestamp> parse_time_or_age(std::string_view text, Timestamp now);

Timestamp now_utc();

/// Whether a text has the form of a day, "2026-11-22"; the month may be the 13th.
bool is_day(std::string_view text);

/// About how many tokens a model reads for so many bytes of JSON: a quarter, as English text has it.
constexpr std::uint64_t estimated_tokens(std::uint64_t bytes) {
    return (bytes + 3) / 4;
}

}  // namespace mcpm
