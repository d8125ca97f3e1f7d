#include "agent/supervisor/start_failure.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace mcpm {

namespace {

constexpr std::array<std::string_view, 11> passing{"EAGAIN",  "ENOMEM", "EMFILE",   "ENFILE",
                                                   "ETXTBSY", "EBUSY",  "EINTR",    "ENOSPC",
                                                   "EIO",     "ESTALE", "ETIMEDOUT"};

}  // namespace

StartFailure read_start_failure(const ErrorDetails& details) {
    return {details.stage(), details.text(Detail::error_number), details.text(Detail::problem),
            details.text(Detail::output)};
}

Input::Cure cure_of(const Error& error) {
    if (error.code == ErrorCode::unavailable || error.code == ErrorCode::timed_out ||
        error.code == ErrorCode::internal_error) {
        return Input::Cure::time;
    }
    const std::string number = error.details.text(Detail::error_number);
    const bool passes = std::find(passing.begin(), passing.end(), number) != passing.end();
    return passes ? Input::Cure::time : Input::Cure::none;
}

}  // namespace mcpm
