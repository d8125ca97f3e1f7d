// Why a server is as it is: facts -> the likely cause, with a stable code (docs/errors.md has a section per
// code), one sentence and what to do. Pure. The code says what is most likely, never what is certain.
#pragma once

#include "common/server_spec.hpp"
#include "common/server_status.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

struct CauseFacts {
    const ServerSpec& spec;
    const ServerStatus& status;
    std::vector<RunRecord> runs = {};          // newest first
    std::vector<std::string> last_lines = {};  // of the newest run, oldest first, sanitized
};

struct Cause {
    std::string code = {};  // "MCPM-E101"; empty when nothing is wrong
    std::string sentence = {};
    std::string advice = {};
};

Cause find_cause(const CauseFacts& facts);

/// Every code there is, in order; a test compares them with docs/errors.md.
std::vector<std::string_view> cause_codes();

}  // namespace mcpm
