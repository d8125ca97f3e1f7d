// THE TABLE of the API: one row per method and path. The router, the check of query parameters, OpenAPI and
// the contract test all read it. To add an endpoint: a function in the file of its resource, a row here, a
// row in docs/api.md.
#pragma once

#include "agent/api/rooms.hpp"
#include "agent/http/message.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace mcpm::api {

enum class ParameterKind {
    text,
    flag,      // 1, 0, true, false
    count,     // a whole number, not negative
    duration,  // "30s"
    time,      // RFC 3339 or an age
    choice,    // one of `choices`, separated by '|'
};

struct Parameter {
    std::string_view name;
    ParameterKind kind = ParameterKind::text;
    std::string_view description = {};
    std::string_view choices = {};
};

enum class Answer { envelope, stream, plain };

using Handler = Task<http::Response> (*)(Rooms& rooms, http::Request& request);

struct RouteRow {
    std::string_view method;
    std::string_view pattern;
    std::string_view summary;
    Handler handler;
    std::vector<Parameter> parameters = {};
    std::string_view body = {};  // what the body holds, or empty when there is none
    Answer answer = Answer::envelope;
};

const std::vector<RouteRow>& routes();

}  // namespace mcpm::api
