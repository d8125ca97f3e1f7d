// A request as the listener would hand it over, for tests that need no socket.
#pragma once

#include "agent/http/message.hpp"

#include <map>
#include <string>
#include <utility>

namespace mcpm::test {

inline http::Request asked(std::map<std::string, std::string> query) {
    http::Request request;
    request.method = "GET";
    request.query = std::move(query);
    return request;
}

}  // namespace mcpm::test
