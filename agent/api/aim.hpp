// What a request is aimed at: the row of the table that its path leads to, by whatever method. Authority and
// meaning follow the row's pattern, which is ours, and never the shape of the path, which is the peer's: "p"
// or "stdio" may be a name, and %70 is a p. A path that ends in /stdio leads to a row for an upgraded
// connection when such an upgrade is asked for, and to the server or profile of that name otherwise.
#pragma once

#include "agent/api/routes.hpp"
#include "agent/http/message.hpp"

#include <string_view>
#include <vector>

namespace mcpm::api {

struct Aim {
    const RouteRow* row = nullptr;          // null: no such path, or (allowed not empty) no such method
    std::vector<std::string_view> allowed;  // methods of that path
};

/// Sets the request's route and path values; both stay empty where there is no such path.
Aim take_aim(http::Request& request);

}  // namespace mcpm::api
