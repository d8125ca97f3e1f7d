#include "common/url.hpp"

#include "common/number.hpp"

#include <algorithm>

namespace mcpm {

HostAndPort split_authority(std::string_view authority) {
    const auto colon = authority.rfind(':');
    const auto bracket = authority.rfind(']');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    if (!has_port) return {authority, {}};
    return {authority.substr(0, colon), authority.substr(colon + 1)};
}

std::string_view without_brackets(std::string_view host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') return host.substr(1, host.size() - 2);
    return host;
}

std::string join_authority(std::string_view host, std::uint16_t port) {
    const bool is_six = host.find(':') != std::string_view::npos;
    std::string text = is_six ? "[" : "";
    text += host;
    text += is_six ? "]:" : ":";
    return text + std::to_string(port);
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    const auto port = parse_number<std::uint16_t>(text);
    return port && *port != 0 ? port : std::nullopt;
}

std::optional<UrlParts> split_url(std::string_view url) {
    constexpr std::string_view mark = "://";
    const auto scheme_end = url.find(mark);
    if (scheme_end == std::string_view::npos) return std::nullopt;
    const auto behind = url.substr(scheme_end + mark.size());
    const auto end = std::min(behind.find_first_of("/?#"), behind.size());
    UrlParts parts{url.substr(0, scheme_end), behind.substr(0, end), behind.substr(end)};
    if (const auto sign = parts.authority.rfind('@'); sign != std::string_view::npos) {
        parts.user = parts.authority.substr(0, sign);
        parts.authority.remove_prefix(sign + 1);
    }
    return parts;
}

std::string origin_of_url(std::string_view url) {
    const auto parts = split_url(url);
    return parts ? std::string(parts->scheme) + "://" + std::string(parts->authority) : std::string();
}

bool is_web_url(std::string_view text) {
    return text.starts_with("https://") || text.starts_with("http://");
}

std::optional<HttpUrl> parse_http_url(std::string_view url) {
    const auto parts = split_url(url);
    if (!parts || parts->scheme != "http" || url.find_first_of(" \r\n\t@") != std::string_view::npos)
        return std::nullopt;
    const auto place = split_authority(parts->authority);
    HttpUrl found;
    found.authority = parts->authority;
    found.host = without_brackets(place.host);
    if (found.host.empty()) return std::nullopt;
    if (place.host.size() < parts->authority.size()) {
        const auto port = parse_port(place.port);
        if (!port) return std::nullopt;
        found.port = *port;
    }
    const std::string_view path = parts->rest.substr(0, parts->rest.find('#'));
    if (!path.empty()) found.path = (path.front() == '/' ? "" : "/") + std::string(path);
    return found;
}

}  // namespace mcpm
