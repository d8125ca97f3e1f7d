// The options of `mcpm logs` -> the API's query, or a query for the files when the agent is away.
#pragma once

#include "cli/agent_client.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "common/log_reader.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mcpm::cli {

/// `whole`: streamed as it will be printed. `followed`: JSON lines, because a follower needs their sequence
/// numbers.
enum class LogUse { whole, followed };

struct LogRequest {
    std::vector<std::string> servers;  // as given
    std::string server;                // the one that is asked for
    bool follow = false;
    std::string trace;  // id of a trace: the lines from the beginning to the end of its calls
    std::string tail;   // N or "all"; empty = the default of 100 (all when a time or run was asked)
    std::string since, until, text, grep, level, stream, run, format;
    bool json = false;  // as format "json"
    bool ignore_case = false;
    bool all = false;
    bool times = false;
    bool no_notes = false;
    std::string export_file;

    void declare(Options& options);
    /// Contradictions and texts that need no agent to be refused.
    Result<> check() const;

    LogForm form() const;
    Ansi ansi(const Output& out) const;
    std::string tail_words() const;
    Query query(const Output& out, LogUse use) const;
    Result<LogQuery> to_log_query(Timestamp now) const;
};

}  // namespace mcpm::cli
