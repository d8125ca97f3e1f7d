#include "common/units.hpp"

#include "common/ascii.hpp"

#include <array>
#include <limits>
#include <optional>

namespace mcpm {

namespace {

constexpr std::int64_t ten_years_ms = 3650LL * 24 * 3600 * 1000;
constexpr std::size_t longest_shown = 64;

std::string quoted(std::string_view text) {
    std::string shown = "\"";
    for (const char c : text.substr(0, longest_shown)) shown += c >= ' ' && c != 0x7F ? c : '?';
    return shown + (text.size() > longest_shown ? "…\"" : "\"");
}

Error bad(std::string_view text, std::string_view expected) {
    return {ErrorCode::validation_error, "bad " + std::string(expected.substr(0, expected.find(':'))) + " " +
                                             quoted(text) + ": expected" +
                                             std::string(expected.substr(expected.find(':') + 1))};
}

Error bad_duration(std::string_view text) {
    return bad(text,
               "duration: a time such as 250ms, 30s, 5m, 1h30m or a number of seconds, at most 10 years");
}

Error bad_bytes(std::string_view text) {
    return bad(text, "size: a size such as 512, 64k, 10MiB or 1.5GB");
}

/// Digits with an optional fraction, taken from the front of `text`. At most nine digits of the fraction
/// count.
struct Decimal {
    std::uint64_t whole = 0;
    std::uint64_t fraction = 0;  // in billionths
};

std::optional<Decimal> take_decimal(std::string_view& text) {
    Decimal number;
    std::size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        const auto digit = static_cast<std::uint64_t>(text.front() - '0');
        if (number.whole > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) return std::nullopt;
        number.whole = number.whole * 10 + digit;
        text.remove_prefix(1);
        ++digits;
    }
    if (digits == 0) return std::nullopt;
    if (text.empty() || text.front() != '.') return number;
    text.remove_prefix(1);
    std::uint64_t scale = 100'000'000;
    digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        number.fraction += scale * static_cast<std::uint64_t>(text.front() - '0');
        scale /= 10;
        text.remove_prefix(1);
        ++digits;
    }
    if (digits == 0) return std::nullopt;
    return number;
}

struct DurationUnit {
    std::string_view name;
    std::int64_t milliseconds;
};
constexpr std::array<DurationUnit, 5> duration_units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};

/// Index into duration_units; takes the name from the front of `text`.
std::optional<std::size_t> take_duration_unit(std::string_view& text) {
    const std::string_view name = text.substr(0, text.find_first_of("0123456789."));
    for (std::size_t i = 0; i < duration_units.size(); ++i) {
        if (duration_units[i].name != name) continue;
        text.remove_prefix(name.size());
        return i;
    }
    return std::nullopt;
}

std::optional<std::int64_t> scaled(Decimal number, std::int64_t unit) {
    if (number.whole > static_cast<std::uint64_t>(ten_years_ms / unit)) return std::nullopt;
    const auto fraction = static_cast<std::uint64_t>(unit) * number.fraction / 1'000'000'000U;
    return static_cast<std::int64_t>(number.whole) * unit + static_cast<std::int64_t>(fraction);
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
    std::string_view rest = text;
    std::int64_t total = 0;
    std::size_t next_unit = 0;  // units go from large to small
    bool bare = false;
    do {
        const auto number = take_decimal(rest);
        if (!number || bare) return bad_duration(text);
        bare = rest.empty();
        if (bare && next_unit > 0) return bad_duration(text);
        const auto unit = bare ? std::optional<std::size_t>(3) : take_duration_unit(rest);
        if (!unit || *unit < next_unit) return bad_duration(text);
        const auto milliseconds = scaled(*number, duration_units[*unit].milliseconds);
        if (!milliseconds || (total += *milliseconds) > ten_years_ms) return bad_duration(text);
        next_unit = *unit + 1;
    } while (!rest.empty());
    return Duration(total);
}

std::string format_duration(Duration duration) {
    std::int64_t rest = duration.count();
    if (rest == 0) return "0s";
    std::string text;
    if (rest < 0) {
        if (rest == std::numeric_limits<std::int64_t>::min()) ++rest;
        rest = -rest;
        text = "-";
    }
    for (std::size_t i = 0; i < 3; ++i) {
        const std::int64_t count = rest / duration_units[i].milliseconds;
        if (count > 0) text += std::to_string(count) + std::string(duration_units[i].name);
        rest %= duration_units[i].milliseconds;
    }
    if (rest == 0) return text;
    if (rest < 1000) return text + std::to_string(rest) + "ms";
    text += std::to_string(rest / 1000);
    if (rest % 1000 != 0) {
        std::string fraction = std::to_string(1000 + rest % 1000).substr(1);
        fraction.erase(fraction.find_last_not_of('0') + 1);
        text += "." + fraction;
    }
    return text + "s";
}

namespace {

/// 1024 or 1000 to a power: "", "b", "k", "kb", "kib". Nothing for another word.
std::optional<std::uint64_t> bytes_unit(std::string_view name) {
    const auto lower = [&](std::size_t i) { return i < name.size() ? ascii::lower(name[i]) : '\0'; };
    if (name.empty() || (name.size() == 1 && lower(0) == 'b')) return 1;
    constexpr std::string_view letters = "kmgtp";
    const std::size_t power = letters.find(lower(0));
    if (power == std::string_view::npos) return std::nullopt;
    std::uint64_t base = 1024;
    if (name.size() == 2) {
        if (lower(1) != 'b') return std::nullopt;
        base = 1000;
    } else if (name.size() == 3) {
        if (lower(1) != 'i' || lower(2) != 'b') return std::nullopt;
    } else if (name.size() != 1) {
        return std::nullopt;
    }
    std::uint64_t unit = 1;
    for (std::size_t i = 0; i <= power; ++i) unit *= base;
    return unit;
}

}  // namespace

Result<std::uint64_t> parse_bytes(std::string_view text) {
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    std::string_view rest = text;
    const auto number = take_decimal(rest);
    if (!number) return bad_bytes(text);
    const auto unit = bytes_unit(rest);
    if (!unit || number->whole > most / *unit) return bad_bytes(text);
    __extension__ using Wide = unsigned __int128;
    const auto fraction = static_cast<std::uint64_t>(Wide{*unit} * number->fraction / 1'000'000'000U);
    const std::uint64_t whole = number->whole * *unit;
    if (whole > most - fraction) return bad_bytes(text);
    return whole + fraction;
}

std::string format_bytes(std::uint64_t bytes) {
    constexpr std::array<std::string_view, 7> names{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    std::size_t power = 0;
    while (power + 1 < names.size() && (bytes >> (10 * (power + 1))) != 0) ++power;
    const std::uint64_t unit = 1ULL << (10 * power);
    std::uint64_t whole = bytes / unit;
    std::uint64_t tenths = power == 0 ? 0 : ((bytes % unit) / (unit / 1024) * 10 + 512) / 1024;
    if (tenths == 10) {
        ++whole;
        tenths = 0;
    }
    std::string text = std::to_string(whole);
    if (tenths != 0) text += "." + std::to_string(tenths);
    return text + std::string(names[power]);
}

}  // namespace mcpm
