#include "agent/door/answer.hpp"

#include <string>
#include <utility>

namespace mcpm::door {

namespace {

http::Response with_body(std::string body, unsigned status) {
    http::Response response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

}  // namespace

unsigned http_status(ErrorCode code) {
    switch (code) {
        case ErrorCode::validation_error:
            return 400;
        case ErrorCode::server_not_found:
            return 404;
        case ErrorCode::template_not_found:
            return 404;
        case ErrorCode::feedback_not_found:
            return 404;
        case ErrorCode::not_found:
            return 404;
        case ErrorCode::conflict:
            return 409;
        case ErrorCode::unauthorized:
            return 401;
        case ErrorCode::forbidden:
            return 403;
        case ErrorCode::payload_too_large:
            return 413;
        case ErrorCode::rate_limited:
            return 429;
        case ErrorCode::cannot_launch:
            return 422;
        case ErrorCode::died_at_start:
            return 502;
        case ErrorCode::timed_out:
            return 504;
        case ErrorCode::cancelled:
            return 503;
        case ErrorCode::unavailable:
            return 503;
        case ErrorCode::wrong_state:
            return 409;
        case ErrorCode::internal_error:
            return 500;
    }
    return 500;
}

std::string dump(const wire::Json& json) {
    return json.dump(-1, ' ', false, wire::Json::error_handler_t::replace);
}

http::Response failure(const Error& error) {
    return with_body(wire::failure(error), http_status(error.code));
}

http::Response success(const wire::Json& data, unsigned status) {
    return with_body(wire::success(data), status);
}

http::Response success_raw(std::string_view json) {
    std::string body = R"({"success":true,"data":)";
    body.reserve(body.size() + json.size() + 1);
    body += json;
    body += '}';
    return with_body(std::move(body), 200);
}

http::Response success_message(std::string_view message) {
    return with_body(wire::success_message(message), 200);
}

http::Response success_message(std::string_view message, const wire::Json& data) {
    return with_body(wire::success(data, message), 200);
}

Task<http::Response> ready(http::Response response) {
    co_return std::move(response);
}

http::Response plain_json(const wire::Json& data, unsigned status) {
    return with_body(dump(data), status);
}

}  // namespace mcpm::door
