#include "agent/api/aim.hpp"

#include "agent/http/router.hpp"

#include <utility>

namespace mcpm::api {

namespace {

const http::Router& router() {
    static const http::Router made = [] {
        std::vector<http::Route> rows;
        for (const auto& row : routes()) rows.push_back({row.method, row.pattern, {}});
        return http::Router(std::move(rows));
    }();
    return made;
}

}  // namespace

Aim take_aim(http::Request& request) {
    auto match = router().find(request.method, request.path);
    Aim aim;
    request.route = match.pattern;
    request.path_values = std::move(match.values);
    aim.allowed = std::move(match.allowed);
    if (match.route == nullptr) return aim;
    aim.row = &routes()[static_cast<std::size_t>(match.route - router().routes().data())];
    return aim;
}

}  // namespace mcpm::api
