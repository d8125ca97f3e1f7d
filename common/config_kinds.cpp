#include "common/config_kinds.hpp"

#include "common/ascii.hpp"
#include "common/number.hpp"
#include "common/risks.hpp"
#include "common/units.hpp"
#include "common/url.hpp"
#include "common/words.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace mcpm {

std::vector<std::string> config_items(std::string_view text) {
    std::vector<std::string> items;
    while (!text.empty()) {
        const auto item = trimmed(take_word(text, ','), " ");
        if (!item.empty()) items.emplace_back(item);
    }
    if (items.size() == 1 && (items[0] == "off" || items[0] == "none")) items.clear();
    return items;
}

ConfigProblem take_level(std::string_view text, LogLevel& out) {
    constexpr std::array<std::pair<std::string_view, LogLevel>, 5> levels{{{"error", LogLevel::error},
                                                                           {"warning", LogLevel::warning},
                                                                           {"warn", LogLevel::warning},
                                                                           {"info", LogLevel::info},
                                                                           {"debug", LogLevel::debug}}};
    for (const auto& [name, level] : levels) {
        if (!ascii::same(name, text)) continue;
        out = level;
        return {};
    }
    return "error, warning, info or debug";
}

ConfigProblem take_bytes(std::string_view text, ConfigBounds<std::uint64_t> bounds, std::uint64_t& out) {
    const auto value = parse_bytes(text);
    if (!value || *value < bounds.least || *value > bounds.most)
        return "a size from " + format_bytes(bounds.least) + " to " + format_bytes(bounds.most);
    out = *value;
    return {};
}

ConfigProblem take_time(std::string_view text, ConfigBounds<Duration> bounds, Duration& out) {
    const auto value = parse_duration(text);
    if (!value || *value < bounds.least || *value > bounds.most)
        return "a time from " + format_duration(bounds.least) + " to " + format_duration(bounds.most);
    out = *value;
    return {};
}

ConfigProblem take_count(std::string_view text, ConfigBounds<unsigned> bounds, unsigned& out) {
    const auto value = parse_number<unsigned>(text);
    if (!value || *value < bounds.least || *value > bounds.most)
        return "a whole number from " + std::to_string(bounds.least) + " to " + std::to_string(bounds.most);
    out = *value;
    return {};
}

ConfigProblem take_path(std::string_view text, std::string& out) {
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(':', begin), text.size());
        if (end == begin || text[begin] != '/') return "absolute folders with : between them";
        begin = end + 1;
    }
    out = std::string(text);
    return {};
}

ConfigProblem take_auth(std::string_view text, HttpAuth& out) {
    if (text != "token" && text != "none") return "token or none";
    out = text == "none" ? HttpAuth::none : HttpAuth::token;
    return {};
}

ConfigProblem take_listen(std::string_view text, std::vector<ListenAddress>& out) {
    constexpr std::size_t most = 8;
    std::vector<ListenAddress> addresses;
    for (const auto& item : config_items(text)) {
        auto address = parse_listen_address(item);
        if (!address || addresses.size() == most)
            return "up to 8 addresses as 127.0.0.1:3000 or [::1]:3000, or off";
        addresses.push_back(std::move(*address));
    }
    out = std::move(addresses);
    return {};
}

ConfigProblem take_hosts(std::string_view text, std::vector<std::string>& out) {
    auto items = config_items(text);
    for (const auto& item : items) {
        if (item.find_first_of("/*@ \t") != std::string::npos)
            return "host names, each with or without :port";
    }
    out = std::move(items);
    return {};
}

ConfigProblem take_origins(std::string_view text, std::vector<std::string>& out) {
    auto items = config_items(text);
    for (const auto& item : items) {
        const auto url = split_url(item);
        if (!url || url->scheme.empty() || url->authority.empty() || !url->rest.empty() ||
            url->authority.find_first_of("* \t") != std::string_view::npos)
            return "origins as https://app.example:8443, without a path and without *";
    }
    out = std::move(items);
    return {};
}

ConfigProblem take_public_url(std::string_view text, std::string& out) {
    constexpr const char* expected = "an address as https://mcp.example or https://example.com/mcpm";
    while (text.ends_with('/')) text.remove_suffix(1);
    const auto url = is_web_url(text) ? split_url(text) : std::nullopt;
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:[]";
    if (!url || url->authority.empty()) return expected;
    const auto rest = text.substr(text.find("//") + 2);
    if (rest.find_first_not_of(plain) != std::string_view::npos ||
        rest.find("//") != std::string_view::npos || rest.find("/.") != std::string_view::npos)
        return expected;
    out = std::string(text);
    return {};
}

ConfigProblem take_heartbeat(std::string_view text, Duration& out) {
    const ConfigBounds<Duration> bounds{std::chrono::milliseconds(100), std::chrono::hours(1)};
    return take_time(ascii::is_all_digits(text) ? std::string(text) + "ms" : std::string(text), bounds, out);
}

ConfigProblem take_proxy(std::string_view text, std::string& out) {
    constexpr std::array<std::string_view, 6> schemes{"http",    "https",  "socks4",
                                                      "socks4a", "socks5", "socks5h"};
    const auto url = split_url(text);
    const bool is_known = url && std::find(schemes.begin(), schemes.end(), url->scheme) != schemes.end();
    if (!is_known || url->authority.empty() || text.find_first_of(" \t") != std::string_view::npos)
        return "a URL as http://proxy.example:3128, or with https, socks5 or socks5h";
    out = text;
    return {};
}

ConfigProblem take_index(std::string_view text, std::string& out) {
    const bool has_scheme = is_web_url(text);
    const bool is_plain = text.find_first_of(" \t\"'") == std::string_view::npos;
    if (!has_scheme || !is_plain || text.size() < 10 || text.size() > 2048)
        return "a URL as https://npm.example/registry/";
    out = text;
    return {};
}

ConfigProblem take_image_mirror(std::string_view text, std::string& out) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyz0123456789.-_:/";
    const auto host = text.substr(0, text.find('/'));
    const bool is_host = host == "localhost" || host.find_first_of(".:") != std::string_view::npos;
    const bool is_plain = text.find_first_not_of(plain) == std::string_view::npos &&
                          text.find("//") == std::string_view::npos &&
                          text.find(":/") == std::string_view::npos;
    if (!is_host || !is_plain || host.empty() || text.back() == '/' || text.size() > 200)
        return "a registry as mirror.example:5000 or mirror.example/hub, without https://";
    out = text;
    return {};
}

ConfigProblem take_no_proxy(std::string_view text, std::string& out) {
    out.clear();
    for (const auto& item : config_items(text)) out += (out.empty() ? "" : ",") + item;
    return {};
}

ConfigProblem take_file(std::string_view text, std::string& out) {
    if (!text.starts_with('/')) return "an absolute path";
    out = text;
    return {};
}

bool is_sqlite_url(std::string_view text) {
    return ascii::same(text.substr(0, text.find(':')), "sqlite");
}

ConfigProblem take_database_url(std::string_view text, std::string& out) {
    constexpr const char* expected = "an absolute path as sqlite:////srv/mcpm/mcpm.db";
    constexpr std::size_t scheme = 6;
    constexpr std::size_t longest = 4000;
    constexpr std::string_view root = "://";
    if (!is_sqlite_url(text) || text.size() > longest || text.ends_with('/') ||
        text.substr(scheme, root.size()) != root || text.find_first_of("?#") != std::string_view::npos ||
        std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }))
        return expected;
    const auto path = text.substr(scheme + root.size());
    const auto names = split_words(path, '/');
    const bool is_relative =
        !path.starts_with('/') || (!path.starts_with("//") && names.size() < 2) ||
        std::any_of(names.begin(), names.end(), [](const auto& name) { return name == "." || name == ".."; });
    if (is_relative) return expected;
    out.clear();
    for (const auto& name : names) out += '/' + name;
    return {};
}

ConfigProblem take_session_secret(std::string_view text, std::string& out) {
    constexpr std::size_t least = 16;
    constexpr std::size_t most = 4096;
    if (text.size() < least || text.size() > most)
        return "16 to 4096 bytes that nobody guesses, as `openssl rand -hex 32` prints";
    out = text;
    return {};
}

ConfigProblem take_servers(std::string_view text, std::vector<std::string>& out) {
    constexpr std::size_t most = 1000;
    auto items = config_items(text);
    const bool are_names = std::all_of(
        items.begin(), items.end(), [](const std::string& item) { return validate_name(item).has_value(); });
    if (!are_names || items.size() > most) return "names of servers, or all";
    out = std::move(items);
    return {};
}

ConfigProblem take_risks(std::string_view text, std::vector<std::string>& out) {
    auto items = config_items(text);
    for (const auto& item : items) {
        if (item != "all" && !is_risk_name(item)) return "all, or names of risks: " + risk_names();
    }
    out = std::move(items);
    return {};
}

}  // namespace mcpm
