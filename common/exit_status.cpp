#include "common/exit_status.hpp"

namespace mcpm {

ExitStatus exit_status(ErrorCode code) {
    switch (code) {
        case ErrorCode::validation_error:
            return ExitStatus::wrong_usage;
        case ErrorCode::server_not_found:
        case ErrorCode::template_not_found:
        case ErrorCode::feedback_not_found:
        case ErrorCode::not_found:
            return ExitStatus::not_found;
        case ErrorCode::conflict:
            return ExitStatus::conflict;
        case ErrorCode::wrong_state:
            return ExitStatus::wrong_state;
        case ErrorCode::unavailable:
            return ExitStatus::no_agent;
        case ErrorCode::timed_out:
            return ExitStatus::timed_out;
        case ErrorCode::unauthorized:
        case ErrorCode::forbidden:
        case ErrorCode::payload_too_large:
        case ErrorCode::rate_limited:
        case ErrorCode::cannot_launch:
        case ErrorCode::died_at_start:
        case ErrorCode::cancelled:
        case ErrorCode::internal_error:
            return ExitStatus::failed;
    }
    return ExitStatus::failed;
}

}  // namespace mcpm
