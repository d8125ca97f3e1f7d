// What the engine says when it refuses, and what we make of it. Foreign bytes. Pure.
#pragma once

#include "common/error.hpp"

#include <string>
#include <string_view>

namespace mcpm::engine {

/// What the engine said, fit for a message: {"message": "…"}, or the text itself; one line, no control
/// characters, at most 500 bytes.
std::string said(std::string_view body);
std::string sanitized(std::string_view text);

/// Our error for an answer with a status that is none of success. `attempted`: "starting container 0123abcd".
Error refused(unsigned status, std::string_view body, std::string_view attempted);

}  // namespace mcpm::engine
