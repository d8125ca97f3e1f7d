// Reads the details of a failed start ({"stage", "errno", "problem"}) and says whether time may heal it.
// Pure.
#pragma once

#include "agent/supervisor/lifecycle.hpp"
#include "common/error.hpp"

#include <string>
#include <string_view>

namespace mcpm {

struct StartFailure {
    std::string stage = {};         // "dependency", "resolve", "cwd", "exec", …; empty when not said
    std::string error_number = {};  // "ENOENT"; empty when not said
    std::string problem = {};       // of a remote: "dns", "connect", …; empty when not said
    std::string output = {};        // of a process: not empty when it wrote, but no answer
};

/// Details that are no JSON object, or lack the members, give empty texts.
StartFailure read_start_failure(std::string_view details);

/// `time` for what passes by itself (no memory, busy, not reachable); `none` for a missing command and the
/// like.
Input::Cure cure_of(const Error& error);

/// `details` with one more member; details that are no object are replaced by one.
std::string with_detail(std::string_view details, std::string_view name, std::string_view value);

}  // namespace mcpm
