#include "cli/when.hpp"

#include "common/ascii.hpp"
#include "common/number.hpp"
#include "common/words.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <optional>
#include <vector>

namespace mcpm::cli {

namespace {

using std::chrono::seconds;

std::tm local_day(Timestamp now, int days_back) {
    const std::time_t at = std::chrono::system_clock::to_time_t(now);
    std::tm parts{};
    ::localtime_r(&at, &parts);
    parts.tm_mday -= days_back;
    parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
    parts.tm_isdst = -1;
    return parts;
}

std::optional<Timestamp> from_local(std::tm parts) {
    parts.tm_isdst = -1;
    const std::time_t at = std::mktime(&parts);
    if (at == static_cast<std::time_t>(-1)) return std::nullopt;
    return Timestamp(seconds(at));
}

std::optional<int> number_at(std::string_view text, std::size_t at, std::size_t digits) {
    if (at + digits > text.size() || text[at] == '-') return std::nullopt;
    return parse_number<int>(text.substr(at, digits));
}

/// "18:19" or "18:19:51" into `parts`.
bool read_clock(std::string_view text, std::tm& parts) {
    const bool has_seconds = text.size() == 8 && text[5] == ':';
    if ((text.size() != 5 && !has_seconds) || text[2] != ':') return false;
    const auto hour = number_at(text, 0, 2);
    const auto minute = number_at(text, 3, 2);
    const auto second = has_seconds ? number_at(text, 6, 2) : std::optional<int>(0);
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return false;
    parts.tm_hour = *hour;
    parts.tm_min = *minute;
    parts.tm_sec = *second;
    return true;
}

/// "2026-11-22", alone or with a clock behind "T" or a blank, in local time.
std::optional<Timestamp> read_local_date(std::string_view text) {
    if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = number_at(text, 0, 4);
    const auto month = number_at(text, 5, 2);
    const auto day = number_at(text, 8, 2);
    if (!year || !month || !day || *month < 1 || *month > 12 || *day < 1 || *day > 31) return std::nullopt;
    std::tm parts{};
    parts.tm_year = *year - 1900;
    parts.tm_mon = *month - 1;
    parts.tm_mday = *day;
    const bool is_alone = text.size() == 10;
    if (!is_alone && text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
    if (!is_alone && !read_clock(text.substr(11), parts)) return std::nullopt;
    return from_local(parts);
}

struct Unit {
    std::string_view name;
    std::int64_t seconds;
};
constexpr std::array units{
    Unit{"s", 1},         Unit{"sec", 1},         Unit{"second", 1},   Unit{"m", 60},
    Unit{"min", 60},      Unit{"minute", 60},     Unit{"h", 3600},     Unit{"hr", 3600},
    Unit{"hour", 3600},   Unit{"d", 86400},       Unit{"day", 86400},  Unit{"w", 604800},
    Unit{"week", 604800}, Unit{"month", 2592000}, Unit{"y", 31536000}, Unit{"year", 31536000}};

std::optional<std::int64_t> unit_of(std::string_view word) {
    for (const Unit& unit : units) {
        if (word == unit.name ||
            (word.size() > 1 && word.ends_with('s') && word.substr(0, word.size() - 1) == unit.name))
            return unit.seconds;
    }
    return std::nullopt;
}

std::optional<std::int64_t> count_of(std::string_view word) {
    if (word == "a" || word == "an" || word == "one") return 1;
    const auto value = parse_number<std::int64_t>(word);
    return value && *value <= 1'000'000 ? value : std::nullopt;
}

/// "10 minutes ago", "1 hour 5 minutes", "1w2d".
std::optional<Timestamp> read_age(std::vector<std::string> words, Timestamp now) {
    if (!words.empty() && words.back() == "ago") words.pop_back();
    std::int64_t sum = 0;
    std::string waiting;
    for (const std::string& word : words) {
        if (word == "and") continue;
        std::string_view rest = word;
        while (!rest.empty()) {
            const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
            const bool is_article = digits == 0 && count_of(rest).has_value();
            if (is_article || digits == rest.size()) {
                if (!waiting.empty()) return std::nullopt;
                waiting = rest;
                break;
            }
            if (digits > 0) waiting = rest.substr(0, digits);
            rest.remove_prefix(digits);
            const std::size_t letters = std::min(rest.find_first_of("0123456789"), rest.size());
            const auto count = count_of(waiting);
            const auto unit = unit_of(rest.substr(0, letters));
            if (!count || !unit) return std::nullopt;
            sum += *count * *unit;
            waiting.clear();
            rest.remove_prefix(letters);
        }
    }
    if (words.empty() || !waiting.empty()) return std::nullopt;
    return now - seconds(sum);
}

std::optional<Timestamp> read_named_day(const std::vector<std::string>& words, Timestamp now) {
    if (words.empty()) return std::nullopt;
    if (words.size() == 1 && words[0] == "now") return now;
    const bool has_clock = words.size() == 2;
    std::tm parts{};
    if (words[0] == "today" || words[0] == "yesterday") {
        parts = local_day(now, words[0] == "today" ? 0 : 1);
        if (words.size() > 2 || (has_clock && !read_clock(words[1], parts))) return std::nullopt;
        return from_local(parts);
    }
    parts = local_day(now, 0);
    if (words.size() != 1 || !read_clock(words[0], parts)) return std::nullopt;
    return from_local(parts);
}

/// "@1795371591.5", "1795371591": seconds; 13 digits are milliseconds.
std::optional<Timestamp> read_unix(std::string_view text) {
    const bool is_marked = text.starts_with('@');
    if (is_marked) text.remove_prefix(1);
    const std::size_t digits = std::min(text.find('.'), text.size());
    const auto whole = text.substr(0, digits);
    const auto value = parse_number<std::int64_t>(whole);
    if (!value) return std::nullopt;
    if (text.substr(digits).find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
    if (whole.size() == 13) return Timestamp(std::chrono::milliseconds(*value));
    if (!is_marked && (whole.size() < 9 || whole.size() > 10)) return std::nullopt;
    const std::string fraction = std::string(text.substr(std::min(digits + 1, text.size()))) + "000";
    std::string_view first_three = std::string_view(fraction).substr(0, 3);
    const auto thousandths = take_number<std::int64_t>(first_three).value_or(0);
    return Timestamp(std::chrono::milliseconds(*value * 1000 + thousandths));
}

/// "+0530" and "+05" as RFC 3339 has them.
std::string with_colon_in_zone(std::string_view text) {
    const std::size_t sign = text.find_last_of("+-");
    std::string out(text);
    if (sign == std::string_view::npos || sign < 16 || text.find(':', sign) != std::string_view::npos)
        return out;
    const std::size_t digits = text.size() - sign - 1;
    if (digits == 4) out.insert(sign + 3, ":");
    if (digits == 2) out += ":00";
    return out;
}

}  // namespace

Result<Timestamp> read_when(std::string_view text, Timestamp now) {
    const auto words = split_words(ascii::lowered(text));
    if (const auto local = read_local_date(text)) return *local;
    if (const auto day = read_named_day(words, now)) return *day;
    if (const auto unix_time = read_unix(text)) return *unix_time;
    if (const auto age = read_age(words, now)) return *age;
    auto read = parse_time_or_age(with_colon_in_zone(text), now);
    if (read) return read;
    return Error{ErrorCode::validation_error,
                 "'" + std::string(text) +
                     "' is no time: expected one as 2026-11-22T18:19:51Z, '2026-11-22 18:19', 18:19, "
                     "yesterday, 10m or '10 minutes ago'"};
}

Result<std::string> time_for_agent(const char* option, const std::string& text) {
    if (text.empty()) return std::string();
    const auto read = read_when(text, now_utc());
    if (!read) return Error{ErrorCode::validation_error, std::string(option) + ": " + read.error().message};
    return format_time(*read);
}

}  // namespace mcpm::cli
