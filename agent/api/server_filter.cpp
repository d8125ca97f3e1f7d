#include "agent/api/server_filter.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace mcpm::api {

namespace {

bool has_label(const ServerView& server, std::string_view asked) {
    const auto equals = asked.find('=');
    const auto found = server.spec.labels.find(std::string(asked.substr(0, equals)));
    if (found == server.spec.labels.end()) return false;
    return equals == std::string_view::npos || found->second == asked.substr(equals + 1);
}

bool is_type(const ServerView& server, std::string_view asked) {
    return wire_name(server.spec.type) == (asked == "nodejs" || asked == "python" ? "process" : asked);
}

char lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

bool contains(std::string_view text, std::string_view part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(),
                       [](char left, char right) { return lower(left) == lower(right); }) != text.end() ||
           part.empty();
}

}  // namespace

bool is_asked_for(const ServerView& server, const http::Request& request) {
    if (const auto status = request.parameter("status"); status && wire_name(server.status.state) != *status)
        return false;
    if (const auto type = request.parameter("type"); type && !is_type(server, *type)) return false;
    if (const auto health = request.parameter("health"); health && wire_name(server.status.health) != *health)
        return false;
    if (const auto label = request.parameter("label"); label && !has_label(server, *label)) return false;
    if (const auto part = request.parameter("q"); part && !contains(server.spec.name, *part)) return false;
    return true;
}

}  // namespace mcpm::api
