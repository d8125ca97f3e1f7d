// method + path -> endpoint, by a table. Patterns: literal segments and {name}; segments are compared after
// percent-decoding, so %2F in a name never splits it.
#pragma once

#include "agent/http/message.hpp"

#include <string_view>
#include <vector>

namespace mcpm::http {

struct Route {
    std::string_view method;
    std::string_view pattern;   // "/api/servers/{id}/start"
    Endpoint endpoint;
};

class Router {
  public:
    explicit Router(std::vector<Route> routes);

    struct Match {
        const Route* route = nullptr;              // null: no such path, or (allowed not empty) no such method
        std::vector<std::string> values;
        std::vector<std::string_view> allowed;     // methods of that path, for 405's Allow
    };
    Match find(std::string_view method, std::string_view path) const;
    const std::vector<Route>& routes() const { return routes_; }

  private:
    std::vector<Route> routes_;
};

}  // namespace mcpm::http
