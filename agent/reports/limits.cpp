#include "agent/reports/limits.hpp"

#include "common/number.hpp"
#include "common/words.hpp"

#include <algorithm>

namespace mcpm::reports {

namespace {

constexpr std::chrono::seconds most_quiet{24 * 3600};

std::optional<std::chrono::seconds> read_seconds(std::string_view text) {
    const auto seconds = parse_number<long>(text);
    if (!seconds || *seconds < 0) return std::nullopt;
    return std::min(std::chrono::seconds(*seconds), most_quiet);
}

/// No category at all stands for all of them.
bool is_of_errors(std::string_view categories) {
    if (categories.empty()) return true;
    for (;;) {
        const auto end = std::min(categories.find(';'), categories.size());
        const auto one = categories.substr(0, end);
        if (one == "error" || one == "default") return true;
        if (end == categories.size()) return false;
        categories.remove_prefix(end + 1);
    }
}

}  // namespace

std::optional<std::chrono::seconds> read_rate_limits(std::string_view text) {
    std::optional<std::chrono::seconds> longest;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        const auto one = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto colon = one.find(':');
        const auto seconds = read_seconds(one.substr(0, colon));
        if (!seconds) continue;
        auto categories = colon == std::string_view::npos ? std::string_view() : one.substr(colon + 1);
        categories = categories.substr(0, categories.find(':'));
        if (is_of_errors(categories)) longest = std::max(longest.value_or(*seconds), *seconds);
    }
    return longest;
}

bool Limits::take(const std::string& fingerprint, Clock::time_point now) {
    const auto seen = seen_.find(fingerprint);
    if (seen != seen_.end() && now - seen->second < same_again_in) {
        ++left_out_;
        return false;
    }
    if (filled_at_ == Clock::time_point{}) filled_at_ = now;
    const double since = std::chrono::duration<double>(now - filled_at_).count();
    tokens_ = std::min<double>(burst, tokens_ + since / std::chrono::duration<double>(one_more_in).count());
    filled_at_ = now;
    if (tokens_ < 1) {
        ++left_out_;
        return false;
    }
    tokens_ -= 1;
    std::erase_if(seen_, [&](const auto& entry) { return now - entry.second >= same_again_in; });
    if (seen_.size() == most_fingerprints) seen_.clear();
    seen_[fingerprint] = now;
    return true;
}

void Limits::note_answer(int status, std::string_view retry_after, std::string_view rate_limits,
                         Clock::time_point now) {
    constexpr std::chrono::seconds usual{60};
    auto quiet = read_rate_limits(rate_limits);
    if (!quiet && status == 429) quiet = read_seconds(trimmed(retry_after)).value_or(usual);
    if (quiet) quiet_until_ = std::max(quiet_until_, now + *quiet);
}

std::optional<Clock::time_point> Limits::quiet_until(Clock::time_point now) const {
    if (quiet_until_ <= now) return std::nullopt;
    return quiet_until_;
}

}  // namespace mcpm::reports
