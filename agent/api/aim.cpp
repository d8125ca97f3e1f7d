#include "agent/api/aim.hpp"

#include "agent/http/router.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace mcpm::api {

namespace {

constexpr std::string_view upgraded_end = "/stdio";

/// Some of the table's rows, and where they stand in it.
struct Rows {
    std::vector<std::size_t> numbers;
    http::Router router;
};

template <typename Taken>
Rows rows_where(Taken taken) {
    std::vector<std::size_t> numbers;
    std::vector<http::Route> rows;
    for (std::size_t number = 0; number < routes().size(); ++number) {
        const RouteRow& row = routes()[number];
        if (!taken(row)) continue;
        numbers.push_back(number);
        rows.push_back({row.method, row.pattern});
    }
    return {std::move(numbers), http::Router(std::move(rows))};
}

const Rows& all_rows() {
    static const Rows made = rows_where([](const RouteRow&) { return true; });
    return made;
}

/// Without those that are for an upgraded connection: "stdio" may be the name of a server or a profile.
const Rows& plain_rows() {
    static const Rows made =
        rows_where([](const RouteRow& row) { return !row.pattern.ends_with(upgraded_end); });
    return made;
}

/// "/mcp/NAME/" is "/mcp/NAME": people copy addresses with a slash behind them.
std::string_view without_last_slash(std::string_view path) {
    const bool is_endpoint = path.starts_with("/mcp/") || path.starts_with("/sse/");
    return is_endpoint && path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

}  // namespace

Aim take_aim(http::Request& request) {
    const std::string_view path = without_last_slash(request.path);
    const Rows* rows = http::asks_upgrade(request, "mcp-stdio") ? &all_rows() : &plain_rows();
    auto match = rows->router.find(request.method, path);
    if (match.pattern.empty()) {
        rows = &all_rows();  // which says what the path is for
        match = rows->router.find(request.method, path);
    }
    Aim aim;
    request.route = match.pattern;
    request.path_values = std::move(match.values);
    aim.allowed = std::move(match.allowed);
    if (match.route == nullptr) return aim;
    const auto place = static_cast<std::size_t>(match.route - rows->router.routes().data());
    aim.row = &routes()[rows->numbers[place]];
    return aim;
}

}  // namespace mcpm::api
