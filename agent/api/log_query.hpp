// The query of /logs and /logs/export -> what is read and how it is written. Pure.
#pragma once

#include "agent/http/message.hpp"
#include "common/error.hpp"
#include "common/log_reader.hpp"
#include "common/server_spec.hpp"

#include <string_view>

namespace mcpm::api {

enum class LogAnswer { envelope, lines };

struct LogRequest {
    LogQuery query;
    LogAnswer answer = LogAnswer::envelope;
    LogForm form = LogForm::json_lines;
    Ansi ansi = Ansi::strip;
    bool follow = false;
};

enum class LogPurpose { read, save };

/// Defaults of `read`: the last 100 lines as json, or as jsonl when it follows. Of `save`: all, as text.
/// The query has been checked against the table.
Result<LogRequest> parse_log_query(const http::Request& request, LogPurpose purpose, Timestamp now);

std::string_view content_type(LogForm form);
std::string_view file_ending(LogForm form);

}  // namespace mcpm::api
