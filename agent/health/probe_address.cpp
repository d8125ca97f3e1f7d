#include "agent/health/probe.hpp"

#include <algorithm>
#include <charconv>

namespace mcpm {

namespace {

Error bad_target(const std::string& target, const std::string& wanted) {
    return {ErrorCode::validation_error, "config.health.target \"" + target + "\": expected " + wanted};
}

/// Splits "host:port" at its last colon; brackets around an IPv6 address go. The port may be missing.
HttpAddress split(std::string_view authority) {
    HttpAddress out;
    out.authority = authority;
    const auto bracket = authority.rfind(']');
    const auto colon = authority.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    std::string_view host = has_port ? authority.substr(0, colon) : authority;
    if (has_port) out.port = authority.substr(colon + 1);
    if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    out.host = host;
    return out;
}

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), port);
    return wrong == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

}  // namespace

Result<HttpAddress> parse_http_address(const std::string& url) {
    constexpr std::string_view scheme = "http://";
    std::string_view rest = url;
    if (!rest.starts_with(scheme)) return bad_target(url, "http://HOST[:PORT]/PATH");
    rest.remove_prefix(scheme.size());
    const auto end = std::min(rest.find_first_of("/?#"), rest.size());
    HttpAddress address = split(rest.substr(0, end));
    std::string_view path = rest.substr(end);
    path = path.substr(0, path.find('#'));
    if (!path.empty()) address.path = (path.front() == '/' ? "" : "/") + std::string(path);
    const bool is_clean =
        url.find_first_of(" \r\n\t") == std::string::npos && url.find('@') == std::string::npos;
    if (address.host.empty() || !is_port(address.port) || !is_clean)
        return bad_target(url, "http://HOST[:PORT]/PATH");
    return address;
}

Result<HttpAddress> parse_tcp_address(const std::string& target) {
    HttpAddress address = split(target);
    if (address.host.empty() || target.size() == address.host.size() || !is_port(address.port)) {
        return bad_target(target, "HOST:PORT");
    }
    return address;
}

unsigned status_of_answer(std::string_view bytes) {
    if (!bytes.starts_with("HTTP/1.") || bytes.size() < 12 || bytes[8] != ' ') return 0;
    unsigned status = 0;
    const auto [end, wrong] = std::from_chars(bytes.data() + 9, bytes.data() + 12, status);
    return wrong == std::errc{} && end == bytes.data() + 12 && status >= 100 ? status : 0;
}

}  // namespace mcpm
