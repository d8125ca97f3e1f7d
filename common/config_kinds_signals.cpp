// The kinds of values of `notify:` and `sentry:`.
#include "common/config_kinds.hpp"
#include "common/environment_check.hpp"
#include "common/url.hpp"
#include "common/utf8.hpp"

#include <array>
#include <utility>

namespace mcpm {

namespace {

constexpr std::string_view stored = "secret:";

bool is_stored_secret(std::string_view text) {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
    return text.starts_with(stored) && text.size() > stored.size() &&
           text.substr(stored.size()).find_first_not_of(plain) == std::string_view::npos;
}

bool is_graphic(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) return false;
    return !text.empty();
}

bool is_mail_address(std::string_view text) {
    const auto sign = text.find('@');
    return is_graphic(text) && sign != std::string_view::npos && sign > 0 && sign + 1 < text.size() &&
           text.find('@', sign + 1) == std::string_view::npos &&
           text.find_first_of("<>,;:\"\\()[]") == std::string_view::npos;
}

}  // namespace

ConfigProblem take_web_address(std::string_view text, std::string& out) {
    const auto url = is_web_url(text) ? split_url(text) : std::nullopt;
    const bool is_address = url && !url->authority.empty() && is_graphic(text);
    if (!is_address && !is_stored_secret(text)) return "a URL as https://example.org/…, or secret:NAME";
    out = text;
    return {};
}

ConfigProblem take_sentry_dsn(std::string_view text, std::string& out) {
    if (!is_sentry_dsn(text)) return "an address as https://KEY@host/PROJECT, or secret:NAME";
    return take_web_address(text, out);
}

ConfigProblem take_credential(std::string_view text, std::string& out) {
    if (!is_graphic(text) || (text.starts_with(stored) && !is_stored_secret(text)))
        return "a text without spaces, or secret:NAME";
    out = text;
    return {};
}

ConfigProblem take_mail_server(std::string_view text, std::string& out) {
    const auto scheme = text.starts_with("smtps://") ? 8U : text.starts_with("smtp://") ? 7U : 0U;
    const auto rest = text.substr(scheme);
    if (scheme == 0 || !is_graphic(rest) || rest.find_first_of("/@?#") != std::string_view::npos)
        return "smtp://mail.example.org:587 or smtps://mail.example.org, without a user";
    out = text;
    return {};
}

ConfigProblem take_mail_address(std::string_view text, std::string& out) {
    if (!is_mail_address(text)) return "an address as name@example.org";
    out = text;
    return {};
}

ConfigProblem take_mail_addresses(std::string_view text, std::vector<std::string>& out) {
    constexpr std::size_t most = 20;
    auto items = config_items(text);
    for (const auto& item : items) {
        if (!is_mail_address(item) || items.size() > most) return "up to 20 addresses as name@example.org";
    }
    out = std::move(items);
    return {};
}

ConfigProblem take_mail_tls(std::string_view text, MailTls& out) {
    constexpr std::array<std::pair<std::string_view, MailTls>, 3> words{
        {{"required", MailTls::required}, {"opportunistic", MailTls::opportunistic}, {"off", MailTls::off}}};
    for (const auto& [word, value] : words) {
        if (word != text) continue;
        out = value;
        return {};
    }
    return "required, opportunistic or off";
}

ConfigProblem take_switch(std::string_view text, bool& out) {
    const bool is_on = text == "on" || text == "true" || text == "yes" || text == "1";
    const bool is_off = text == "off" || text == "false" || text == "no" || text == "0";
    if (!is_on && !is_off) return "on or off";
    out = is_on;
    return {};
}

ConfigProblem take_notify_rules(std::string_view text, std::vector<NotifyRule>& out) {
    constexpr std::size_t most = 50;
    std::vector<NotifyRule> rules;
    for (const auto& item : config_items(text)) {
        auto rule = read_notify_rule(item);
        if (!rule)
            return "rules as \"slack email: crash-loop label=team=ops severity=warning\" (" +
                   rule.error().message + ")";
        if (rules.size() == most) return "up to 50 rules";
        rules.push_back(std::move(*rule));
    }
    out = std::move(rules);
    return {};
}

ConfigProblem take_quiet_hours(std::string_view text, std::optional<QuietHours>& out) {
    out = read_quiet_hours(text);
    return out ? ConfigProblem() : "hours as 22:00-07:00";
}

ConfigProblem take_plain(std::string_view text, std::string& out) {
    constexpr std::size_t most = 200;
    for (auto rest = text; !rest.empty();) {
        const CodePoint point = decode_utf8(rest);
        if (point.bytes == 0 || is_control(point.value) || text.size() > most)
            return "one line of at most 200 bytes";
        rest.remove_prefix(point.bytes);
    }
    out = text;
    return {};
}

ConfigProblem take_registry(std::string_view text, std::string& out) {
    if (text == "off" || text.empty()) {
        out.clear();
        return {};
    }
    std::string address;
    if (is_stored_secret(text) || !take_web_address(text, address).empty() ||
        address.find_first_of("?#") != std::string::npos)
        return "a URL as https://registry.example.org, or off";
    while (address.back() == '/') address.pop_back();
    out = address;
    return {};
}

ConfigProblem take_catalogues(std::string_view text, std::vector<std::string>& out) {
    constexpr std::size_t most = 20;
    std::vector<std::string> sources;
    for (const auto& item : config_items(text)) {
        std::string address;
        const bool is_file = item.starts_with('/');
        if (!is_file && (is_stored_secret(item) || !take_web_address(item, address).empty()))
            return "URLs and absolute paths of catalogues";
        sources.push_back(item);
    }
    if (sources.size() > most) return "at most 20 catalogues";
    out = std::move(sources);
    return {};
}

}  // namespace mcpm
