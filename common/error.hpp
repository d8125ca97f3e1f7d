// What can go wrong, as a value: a code both programs know, and a sentence a person can act on.
// `Result<T>` is for everything a user or a peer can cause; what only a bug can cause throws.
// The message says what was attempted on what and why it failed: lower case, no full stop.
#pragma once

#include "common/error_details.hpp"

#include <boost/system/result.hpp>

#include <iosfwd>
#include <string>
#include <string_view>

namespace mcpm {

enum class ErrorCode {
    validation_error,  // the request is wrong; message names the field
    server_not_found,
    template_not_found,
    feedback_not_found,
    not_found,
    conflict,
    unauthorized,
    forbidden,
    payload_too_large,
    rate_limited,
    cannot_launch,  // SERVER_START_FAILED, 422: exec or preparation failed; no process came to be
    died_at_start,  // SERVER_START_FAILED, 502: launched and died, or never became ready
    timed_out,      // a deadline of ours passed
    cancelled,      // the asker went away, or we are stopping
    unavailable,    // a part we need is not there now; trying again may help
    wrong_state,    // the asked state does not hold (not running, not healthy, tool reported an error)
    internal_error,
};

/// The stable name on the wire, e.g. `SERVER_NOT_FOUND`. `cannot_launch` and `died_at_start` share one.
std::string_view wire_name(ErrorCode code);

struct Error {
    ErrorCode code = ErrorCode::internal_error;
    std::string message;
    ErrorDetails details = {};  // for programs
    std::string hint = {};      // what to do next, or empty
};

/// For test output and logs: "CODE: message".
std::ostream& operator<<(std::ostream& out, const Error& error);

/// "ATTEMPTED: strerror". `attempted` says what was tried on what, e.g. "open /x/y".
Error system_error(std::string_view attempted, int error_number, ErrorCode code = ErrorCode::internal_error);

template <typename T = void>
using Result = boost::system::result<T, Error>;

/// Found by argument-dependent lookup when `.value()` is called on a failure: a bug, so it throws.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

}  // namespace mcpm
