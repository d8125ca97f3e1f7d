#include "common/ascii.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <optional>

namespace mcpm {

namespace {

using namespace std::chrono_literals;

Error bad_time(std::string_view text) {
    std::string shown(text.substr(0, 64));
    std::replace_if(
        shown.begin(), shown.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; }, '?');
    return {ErrorCode::validation_error,
            "bad time \"" + shown +
                "\": expected a time such as 2026-11-22T18:19:51Z or a date such as 2026-11-22"};
}

/// Exactly `digits` digits from the front of `text`, at most `most`.
std::optional<unsigned> take_number(std::string_view& text, std::size_t digits, unsigned most) {
    if (text.size() < digits) return std::nullopt;
    unsigned value = 0;
    for (const char c : text.substr(0, digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    if (value > most) return std::nullopt;
    text.remove_prefix(digits);
    return value;
}

bool take_one_of(std::string_view& text, std::string_view characters) {
    if (text.empty() || characters.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
    const auto year = take_number(text, 4, 9999);
    if (!year || !take_one_of(text, "-")) return std::nullopt;
    const auto month = take_number(text, 2, 12);
    if (!month || !take_one_of(text, "-")) return std::nullopt;
    const auto day = take_number(text, 2, 31);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(*month), std::chrono::day(*day)};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date);
}

/// HH:MM:SS[.fraction]; 60 seconds as RFC 3339 allows for a leap second.
std::optional<Duration> take_clock(std::string_view& text) {
    const auto hour = take_number(text, 2, 23);
    if (!hour || !take_one_of(text, ":")) return std::nullopt;
    const auto minute = take_number(text, 2, 59);
    if (!minute || !take_one_of(text, ":")) return std::nullopt;
    const auto second = take_number(text, 2, 60);
    if (!second) return std::nullopt;
    Duration clock =
        std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
    if (!take_one_of(text, ".")) return clock;
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0) return std::nullopt;
    int scale = 100;
    for (const char c : text.substr(0, digits)) {
        clock += Duration(scale * (c - '0'));
        scale /= 10;
    }
    text.remove_prefix(digits);
    return clock;
}

std::optional<Duration> take_offset(std::string_view& text) {
    if (take_one_of(text, "Zz")) return Duration(0);
    const bool west = !text.empty() && text.front() == '-';
    if (!take_one_of(text, "+-")) return std::nullopt;
    const auto hour = take_number(text, 2, 23);
    if (!hour || !take_one_of(text, ":")) return std::nullopt;
    const auto minute = take_number(text, 2, 59);
    if (!minute) return std::nullopt;
    const Duration offset = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    return west ? -offset : offset;
}

void append_padded(std::string& out, unsigned value, std::size_t width) {
    const std::string digits = std::to_string(value);
    if (digits.size() < width) out.append(width - digits.size(), '0');
    out += digits;
}

}  // namespace

bool is_day(std::string_view text) {
    return text.size() == 10 && text[4] == '-' && text[7] == '-' && ascii::is_all_digits(text.substr(0, 4)) &&
           ascii::is_all_digits(text.substr(5, 2)) && ascii::is_all_digits(text.substr(8));
}

Result<Timestamp> parse_time(std::string_view text) {
    std::string_view rest = text;
    const auto date = take_date(rest);
    if (!date) return bad_time(text);
    if (rest.empty()) return Timestamp(*date);
    if (!take_one_of(rest, "Tt ")) return bad_time(text);
    const auto clock = take_clock(rest);
    if (!clock) return bad_time(text);
    const auto offset = take_offset(rest);
    if (!offset || !rest.empty()) return bad_time(text);
    return Timestamp(*date) + *clock - *offset;
}

std::string format_time(Timestamp time) {
    constexpr Timestamp first{std::chrono::sys_days(std::chrono::year(0) / 1 / 1)};
    constexpr Timestamp last = Timestamp{std::chrono::sys_days(std::chrono::year(10000) / 1 / 1)} - 1ms;
    time = std::clamp(time, first, last);
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const auto clock = static_cast<unsigned>((time - day).count());
    std::string text;
    text.reserve(24);
    append_padded(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    text += '-';
    append_padded(text, static_cast<unsigned>(date.month()), 2);
    text += '-';
    append_padded(text, static_cast<unsigned>(date.day()), 2);
    text += 'T';
    append_padded(text, clock / 3'600'000, 2);
    text += ':';
    append_padded(text, clock / 60'000 % 60, 2);
    text += ':';
    append_padded(text, clock / 1000 % 60, 2);
    if (clock % 1000 != 0) {
        text += '.';
        append_padded(text, clock % 1000, 3);
    }
    return text + 'Z';
}

Result<Timestamp> parse_time_or_age(std::string_view text, Timestamp now) {
    const bool looks_like_time = text.size() > 4 && text[4] == '-';
    if (looks_like_time) return parse_time(text);
    const auto age = parse_duration(text);
    if (age) return now - *age;
    // Seconds since 1970, as `date +%s` prints them: more than an age may have.
    std::string_view rest = text;
    if (text.size() == 10) {
        const auto high = take_number(rest, 5, 99999);
        const auto low = take_number(rest, 5, 99999);
        if (high && low) return Timestamp(std::chrono::seconds(std::int64_t{*high} * 100000 + *low));
    }
    return Error{ErrorCode::validation_error, bad_time(text).message + ", or an age such as 10m or 1h30m"};
}

Timestamp now_utc() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace mcpm
