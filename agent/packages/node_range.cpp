#include "agent/packages/node_range.hpp"

#include "common/number.hpp"
#include "common/words.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <vector>

namespace mcpm::npm {

namespace {

using Version = std::array<unsigned, 3>;

/// The numbers given, and how many: "18.x" is {18, 0, 0} and 1.
struct Partial {
    Version version{};
    std::size_t parts = 0;
};

/// At or above `low`, below `high`.
struct Interval {
    Version low{};
    std::optional<Version> high;
};

std::optional<Partial> read_partial(std::string_view text) {
    Partial partial;
    if (!text.empty() && (text.front() == 'v' || text.front() == '=')) text.remove_prefix(1);
    text = text.substr(0, text.find_first_of("-+"));
    while (!text.empty() && partial.parts < 3) {
        const auto end = std::min(text.find('.'), text.size());
        const auto part = text.substr(0, end);
        if (part == "x" || part == "X" || part == "*") return partial;
        const auto number = parse_number<unsigned>(part);
        if (!number) return std::nullopt;
        partial.version[partial.parts] = *number;
        ++partial.parts;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return partial;
}

/// The first version after all that begin with the first `parts` numbers.
Version after(Version version, std::size_t parts) {
    ++version[parts - 1];
    std::fill(version.begin() + static_cast<std::ptrdiff_t>(parts), version.end(), 0U);
    return version;
}

std::optional<Interval> read_comparator(std::string_view text) {
    const auto operator_size = std::min(text.find_first_not_of("<>=^~"), text.size());
    const auto sign = text.substr(0, operator_size);
    const auto partial = read_partial(trimmed(text.substr(operator_size)));
    if (!partial) return std::nullopt;
    const auto [version, parts] = *partial;
    if (parts == 0) return sign == "<" || sign == ">" ? std::nullopt : std::optional(Interval{});
    if (sign.empty() || sign == "=") return Interval{version, after(version, parts)};
    if (sign == ">=") return Interval{version, std::nullopt};
    if (sign == ">") return Interval{after(version, parts), std::nullopt};
    if (sign == "<") return Interval{{}, version};
    if (sign == "<=") return Interval{{}, after(version, parts)};
    if (sign == "~") return Interval{version, after(version, std::min<std::size_t>(parts, 2))};
    if (sign != "^") return std::nullopt;
    std::size_t first = 0;
    while (first + 1 < parts && version[first] == 0) ++first;
    return Interval{version, after(version, first + 1)};
}

bool is_in(const Version& version, const Interval& interval) {
    return version >= interval.low && (!interval.high || version < *interval.high);
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
        // ">= 18" is one word.
        const auto begin = std::min(text.find_first_not_of("<>=^~ "), text.size());
        const auto end = std::min(text.find(' ', begin), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return words;
}

RangeAnswer check_all(const Version& version, std::string_view text) {
    const auto words = words_of(text);
    bool fits = true;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::optional<Interval> interval;
        if (i + 2 < words.size() && words[i + 1] == "-") {
            const auto low = read_partial(words[i]);
            const auto high = read_partial(words[i + 2]);
            if (low && high && high->parts > 0)
                interval = Interval{low->version, after(high->version, high->parts)};
            i += 2;
        } else {
            interval = read_comparator(words[i]);
        }
        if (!interval) return RangeAnswer::unclear;
        fits = fits && is_in(version, *interval);
    }
    return fits ? RangeAnswer::fits : RangeAnswer::does_not_fit;
}

}  // namespace

RangeAnswer check_range(std::string_view version, std::string_view range) {
    const auto asked = read_partial(trimmed(version));
    if (!asked || asked->parts == 0) return RangeAnswer::unclear;
    auto answer = RangeAnswer::does_not_fit;
    for (bool more = true; more;) {
        const auto end = std::min(range.find("||"), range.size());
        more = end < range.size();
        const auto one = check_all(asked->version, range.substr(0, end));
        if (one == RangeAnswer::fits) return one;
        if (one == RangeAnswer::unclear) answer = one;
        range.remove_prefix(std::min(end + 2, range.size()));
    }
    return answer;
}

}  // namespace mcpm::npm
