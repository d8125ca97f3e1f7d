// method + path -> row of a table. Patterns: literal segments and {name}, the first one literal; segments are
// compared after percent-decoding, so %2F in a name never splits it. Dot segments are data: "..", like any
// other text, is a name where a name is expected and nothing elsewhere. HEAD is answered by the GET route of
// the same path.
#pragma once

#include "agent/http/message.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::http {

struct Route {
    std::string_view method;
    std::string_view pattern;  // "/api/servers/{id}/start"; must outlive the router
};

class Router {
  public:
    explicit Router(std::vector<Route> routes);

    struct Match {
        const Route* route = nullptr;   // null: no such path, or (allowed not empty) no such method
        std::string_view pattern = {};  // of the path, whatever the method: empty = no such path
        std::vector<std::string> values = {};
        std::vector<std::string_view> allowed = {};  // methods of that path, for 405's Allow
    };
    /// The first route of the table that matches; earlier rows win.
    Match find(std::string_view method, std::string_view path) const;
    const std::vector<Route>& routes() const { return routes_; }

  private:
    bool take_values(std::size_t row, std::span<const std::string_view> segments, Match& match) const;

    std::vector<Route> routes_;
    std::vector<std::vector<std::string_view>> patterns_;  // segments, one list per route
    struct Group {
        std::string_view first;         // segment of all its patterns
        std::vector<std::size_t> rows;  // in the table's order
    };
    const Group* find_group(std::size_t count, std::string_view first) const;
    std::vector<std::vector<Group>> by_count_;  // of segments
};

}  // namespace mcpm::http
