// What `mcpm trace` prints, and the file that `--record` writes and `--replay` reads: a header line, then the
// records of GET /api/servers/{id}/trace (docs/api.md), one a line. Pure.
#pragma once

#include "cli/json_access.hpp"
#include "common/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

/// "22:40:17.123 -> tools/call echo #17 (token:laptop) 123B", with its newline; the message below it when the
/// record has it.
std::string trace_text(const Json& record);

/// The first line of a recording.
std::string recording_header(std::string_view server, std::string_view now);

/// One request of a recording that can be sent again.
struct RecordedCall {
    std::string method;
    std::string name;
    Json params;
    std::string outcome;        // "ok", "error", "tool-error"; empty: no answer was recorded
    std::string left_out = {};  // why it cannot be sent again; empty when it can
};

/// The client's requests in their order; the agent's own (handshake, ping) are not among them.
/// validation_error when the text is no recording.
Result<std::vector<RecordedCall>> read_recording(std::string_view text);

/// "ok", "error" or "tool-error" of an answer.
std::string outcome_of(const Json& answer);

}  // namespace mcpm::cli
