#include "common/error.hpp"

#include <cstring>
#include <ostream>
#include <stdexcept>

namespace mcpm {

std::string_view wire_name(ErrorCode code) {
    switch (code) {
        case ErrorCode::validation_error:
            return "VALIDATION_ERROR";
        case ErrorCode::server_not_found:
            return "SERVER_NOT_FOUND";
        case ErrorCode::template_not_found:
            return "TEMPLATE_NOT_FOUND";
        case ErrorCode::feedback_not_found:
            return "FEEDBACK_NOT_FOUND";
        case ErrorCode::not_found:
            return "NOT_FOUND";
        case ErrorCode::conflict:
            return "CONFLICT";
        case ErrorCode::unauthorized:
            return "UNAUTHORIZED";
        case ErrorCode::forbidden:
            return "FORBIDDEN";
        case ErrorCode::payload_too_large:
            return "PAYLOAD_TOO_LARGE";
        case ErrorCode::rate_limited:
            return "RATE_LIMITED";
        case ErrorCode::cannot_launch:
            return "SERVER_START_FAILED";
        case ErrorCode::died_at_start:
            return "SERVER_START_FAILED";
        case ErrorCode::timed_out:
            return "TIMED_OUT";
        case ErrorCode::cancelled:
            return "CANCELLED";
        case ErrorCode::unavailable:
            return "UNAVAILABLE";
        case ErrorCode::wrong_state:
            return "WRONG_STATE";
        case ErrorCode::internal_error:
            return "INTERNAL_ERROR";
    }
    return "INTERNAL_ERROR";
}

std::ostream& operator<<(std::ostream& out, const Error& error) {
    return out << wire_name(error.code) << ": " << error.message;
}

Error system_error(std::string_view attempted, int error_number, ErrorCode code) {
    std::string message(attempted);
    message += ": ";
    message += std::strerror(error_number);
    return Error{code, std::move(message)};
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
    throw std::logic_error("unchecked failure at " + where.to_string() + ": " + error.message);
}

}  // namespace mcpm
