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

std::optional<std::uint16_t> parse_port(std::string_view text) {
    const auto port = parse_number<std::uint16_t>(text);
    return port && *port != 0 ? port : std::nullopt;
}

std::optional<HttpUrl> parse_http_url(std::string_view url) {
    constexpr std::string_view scheme = "http://";
    if (!url.starts_with(scheme) || url.find_first_of(" \r\n\t@") != std::string_view::npos)
        return std::nullopt;
    const std::string_view rest = url.substr(scheme.size());
    const auto end = std::min(rest.find_first_of("/?#"), rest.size());
    const std::string_view authority = rest.substr(0, end);
    const auto place = split_authority(authority);
    HttpUrl parts;
    parts.authority = authority;
    parts.host = without_brackets(place.host);
    if (parts.host.empty()) return std::nullopt;
    if (place.host.size() < authority.size()) {
        const auto port = parse_port(place.port);
        if (!port) return std::nullopt;
        parts.port = *port;
    }
    std::string_view path = rest.substr(end);
    path = path.substr(0, path.find('#'));
    if (!path.empty()) parts.path = (path.front() == '/' ? "" : "/") + std::string(path);
    return parts;
}

}  // namespace mcpm
