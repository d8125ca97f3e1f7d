#include "agent/api/server_filter.hpp"

#include "common/ascii.hpp"
#include "common/enum_names.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace mcpm::api {

namespace {

bool has_label(const ServerSpec& spec, std::string_view asked) {
    const auto equals = asked.find('=');
    const auto found = spec.labels.find(std::string(asked.substr(0, equals)));
    if (found == spec.labels.end()) return false;
    return equals == std::string_view::npos || found->second == asked.substr(equals + 1);
}

bool is_type(const ServerSpec& spec, std::string_view asked) {
    return wire_name(spec.type) == (asked == "nodejs" || asked == "python" ? "process" : asked);
}

bool contains(std::string_view text, std::string_view part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(),
                       [](char left, char right) { return ascii::lower(left) == ascii::lower(right); }) !=
               text.end() ||
           part.empty();
}

}  // namespace

bool is_asked_for(const ServerSpec& spec, const ServerStatus& status, const http::Request& request) {
    if (const auto state = request.parameter("status"); state && name_of(shown_status(status)) != *state)
        return false;
    if (const auto type = request.parameter("type"); type && !is_type(spec, *type)) return false;
    if (const auto health = request.parameter("health"); health && wire_name(status.health) != *health)
        return false;
    if (const auto label = request.parameter("label"); label && !has_label(spec, *label)) return false;
    if (const auto part = request.parameter("q"); part && !contains(spec.name, *part)) return false;
    return true;
}

}  // namespace mcpm::api
