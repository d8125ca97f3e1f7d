#include "common/notify_rule.hpp"

#include "common/number.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace mcpm {

namespace {

// In the order of the enumerations.
constexpr std::array<std::string_view, 6> kinds{"unhealthy",  "crash-loop", "recovered",
                                                "disk-short", "feedback",   "test"};
constexpr std::array<std::string_view, 3> severities{"info", "warning", "critical"};
constexpr std::array<std::string_view, 5> channels{"slack", "discord", "webhook", "email", "desktop"};

template <typename Enum>
std::optional<Enum> find_name(std::span<const std::string_view> names, std::string_view word) {
    const auto found = std::find(names.begin(), names.end(), word);
    if (found == names.end()) return std::nullopt;
    return static_cast<Enum>(found - names.begin());
}

std::string joined(std::span<const std::string_view> names) {
    std::string out;
    for (const auto name : names) out += (out.empty() ? "" : ", ") + std::string(name);
    return out;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (;;) {
        const auto begin = text.find_first_not_of(' ');
        if (begin == std::string_view::npos) return words;
        text.remove_prefix(begin);
        const auto end = std::min(text.find(' '), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

Error wrong(std::string_view word, const std::string& expected) {
    return {ErrorCode::validation_error, "'" + std::string(word) + "': expected " + expected};
}

Result<> take_condition(std::string_view word, NotifyRule& rule) {
    constexpr std::string_view label = "label=";
    constexpr std::string_view severity = "severity=";
    if (word.starts_with(label)) {
        const auto pair = word.substr(label.size());
        const auto sign = pair.find('=');
        rule.label = pair.substr(0, sign);
        if (rule.label.empty()) return wrong(word, "label=KEY or label=KEY=VALUE");
        if (sign != std::string_view::npos) rule.label_value = std::string(pair.substr(sign + 1));
        return {};
    }
    if (word.starts_with(severity)) {
        const auto least = find_name<NotifySeverity>(severities, word.substr(severity.size()));
        if (!least) return wrong(word, "severity=" + joined(severities));
        rule.least = *least;
        return {};
    }
    const auto kind = find_name<NotifyKind>(kinds, word);
    if (!kind) return wrong(word, joined(kinds) + ", label=KEY[=VALUE] or severity=WORD");
    rule.kinds.push_back(*kind);
    return {};
}

std::optional<unsigned> read_minute(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hour = parse_number<unsigned>(text.substr(0, 2));
    const auto minute = parse_number<unsigned>(text.substr(3));
    if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
    return *hour * 60 + *minute;
}

}  // namespace

std::string_view wire_name(NotifyKind kind) {
    return kinds[static_cast<std::size_t>(kind)];
}
std::string_view wire_name(NotifySeverity severity) {
    return severities[static_cast<std::size_t>(severity)];
}
std::string_view wire_name(NotifyChannel channel) {
    return channels[static_cast<std::size_t>(channel)];
}
std::optional<NotifyChannel> read_channel(std::string_view word) {
    return find_name<NotifyChannel>(channels, word);
}
std::string channel_names() {
    return joined(channels);
}

Result<NotifyRule> read_notify_rule(std::string_view text) {
    const auto colon = text.find(':');
    NotifyRule rule;
    for (const auto word : words_of(text.substr(0, colon))) {
        if (word == "all") {
            for (std::size_t i = 0; i < channels.size(); ++i)
                rule.channels.push_back(static_cast<NotifyChannel>(i));
            continue;
        }
        const auto channel = read_channel(word);
        if (!channel) return wrong(word, "all, or of " + joined(channels));
        rule.channels.push_back(*channel);
    }
    if (rule.channels.empty()) return wrong(text, "channels, as \"slack email: crash-loop\"");
    if (colon == std::string_view::npos) return rule;
    for (const auto word : words_of(text.substr(colon + 1))) {
        if (const auto taken = take_condition(word, rule); !taken) return taken.error();
    }
    return rule;
}

std::optional<QuietHours> read_quiet_hours(std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto begin = read_minute(text.substr(0, dash));
    const auto end = read_minute(text.substr(dash + 1));
    if (!begin || !end || *begin == *end) return std::nullopt;
    return QuietHours{*begin, *end};
}

}  // namespace mcpm
