#include "agent/door/authority.hpp"

#include "common/ascii.hpp"
#include "common/url.hpp"

#include <algorithm>

namespace mcpm::door {

namespace {

bool is_local_name(std::string_view host) {
    return same_but_for_case(host, "localhost") || host == "127.0.0.1" || host == "[::1]";
}

}  // namespace

bool same_but_for_case(std::string_view left, std::string_view right) {
    return ascii::same(left, right);
}

std::optional<std::string_view> authority_of_origin(std::string_view origin) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!origin.starts_with(scheme)) continue;
        const auto authority = origin.substr(scheme.size());
        if (authority.empty() || authority.find_first_of("/@?# ") != std::string_view::npos)
            return std::nullopt;
        return authority;
    }
    return std::nullopt;
}

std::optional<std::string_view> authority_of_target(std::string_view target) {
    const auto url = target.starts_with('/') ? std::nullopt : split_url(target);
    if (!url) return std::nullopt;
    return url->user ? std::string_view() : url->authority;  // who names a user there means no place of ours
}

bool is_own_authority(std::string_view authority, std::string_view local,
                      const std::vector<std::string>& allowed) {
    const auto asked = split_authority(authority);
    if (asked.host.empty()) return false;
    for (const auto& one : allowed) {
        if (same_but_for_case(one, authority) || same_but_for_case(one, asked.host)) return true;
    }
    const auto own = split_authority(local);
    const auto port = asked.port.empty() ? std::string_view("80") : asked.port;
    return !own.port.empty() && port == own.port && (is_local_name(asked.host) || asked.host == own.host);
}

}  // namespace mcpm::door
