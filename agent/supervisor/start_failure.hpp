// What the details of a failed start say, and whether time may heal it. Pure.
#pragma once

#include "agent/supervisor/lifecycle.hpp"
#include "common/error.hpp"

#include <string>

namespace mcpm {

struct StartFailure {
    StartStage stage = StartStage::none;
    std::string error_number = {};  // "ENOENT"; empty when not said
    std::string problem = {};       // of a remote: "dns", "connect", …; empty when not said
    std::string output = {};        // of a process: not empty when it wrote, but no answer
};

/// What is not said is empty.
StartFailure read_start_failure(const ErrorDetails& details);

/// `time` for what passes by itself (no memory, busy, not reachable); `none` for a missing command and the
/// like.
Input::Cure cure_of(const Error& error);

}  // namespace mcpm
