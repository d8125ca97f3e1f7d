#include "agent/health/probe.hpp"
#include "common/number.hpp"

#include <utility>

namespace mcpm {

namespace {

Error bad_target(const std::string& target, const std::string& wanted) {
    return {ErrorCode::validation_error, "config.health.target \"" + target + "\": expected " + wanted};
}

}  // namespace

Result<HttpUrl> parse_http_address(const std::string& url) {
    auto address = parse_http_url(url);
    if (!address) return bad_target(url, "http://HOST[:PORT]/PATH");
    return *std::move(address);
}

Result<HttpUrl> parse_tcp_address(const std::string& target) {
    const auto place = split_authority(target);
    const auto port = parse_port(place.port);
    HttpUrl address;
    address.host = without_brackets(place.host);
    if (address.host.empty() || !port) return bad_target(target, "HOST:PORT");
    address.authority = target;
    address.port = *port;
    return address;
}

unsigned status_of_answer(std::string_view bytes) {
    if (!bytes.starts_with("HTTP/1.") || bytes.size() < 12 || bytes[8] != ' ') return 0;
    const auto status = parse_number<unsigned>(bytes.substr(9, 3)).value_or(0);
    return status >= 100 ? status : 0;
}

}  // namespace mcpm
