#include "agent/door/cors.hpp"

#include "agent/door/authority.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace mcpm::door {

namespace {

constexpr std::array<std::string_view, 4> plain_headers{"accept", "authorization", "content-type",
                                                        "last-event-id"};
constexpr std::string_view mcp_prefix = "mcp-";

bool may_be_sent(std::string_view header) {
    if (header.size() > mcp_prefix.size() &&
        same_but_for_case(header.substr(0, mcp_prefix.size()), mcp_prefix)) {
        return header.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
               std::string_view::npos;
    }
    return std::any_of(plain_headers.begin(), plain_headers.end(),
                       [&](std::string_view known) { return same_but_for_case(known, header); });
}

std::string allowed_of(std::string_view asked) {
    std::string out;
    while (!asked.empty()) {
        const auto comma = std::min(asked.find(','), asked.size());
        auto name = asked.substr(0, comma);
        asked.remove_prefix(std::min(comma + 1, asked.size()));
        while (name.starts_with(' ')) name.remove_prefix(1);
        while (name.ends_with(' ')) name.remove_suffix(1);
        if (may_be_sent(name)) out += (out.empty() ? "" : ", ") + std::string(name);
    }
    return out;
}

}  // namespace

void add_cors(http::Response& response, std::string_view allowed_origin) {
    if (allowed_origin.empty()) return;
    response.headers.emplace_back("Access-Control-Allow-Origin", allowed_origin);
    response.headers.emplace_back("Access-Control-Expose-Headers",
                                  "Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, Retry-After");
    response.headers.emplace_back("Cross-Origin-Resource-Policy", "cross-origin");
    response.headers.emplace_back("Vary", "Origin");
}

http::Response preflight_answer(const http::Request& request) {
    http::Response response;
    response.status = 204;
    response.content_type.clear();
    response.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, DELETE");
    const auto asked = request.header("access-control-request-headers");
    if (const auto allowed = allowed_of(asked.value_or("")); !allowed.empty())
        response.headers.emplace_back("Access-Control-Allow-Headers", allowed);
    // A page of the internet that may ask a machine of the local network (Private Network Access).
    if (request.header("access-control-request-private-network") == std::string_view("true"))
        response.headers.emplace_back("Access-Control-Allow-Private-Network", "true");
    response.headers.emplace_back("Access-Control-Max-Age", "600");
    return response;
}

}  // namespace mcpm::door
