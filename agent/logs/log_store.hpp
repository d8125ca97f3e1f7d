// The room logs. It may include async and handover. It never starts a run nor judges what a line says.
//
// Lines live in files. Capture: a server's pipe -> lines -> the current segment, rotated; followers are
// woken and read the files themselves. Owns the log folder; knows nothing of servers but their id.
// Format, segment names and reading back: common/log_format.hpp, common/log_reader.hpp.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/async/offload.hpp"
#include "agent/async/task_group.hpp"
#include "common/config_file.hpp"
#include "common/error.hpp"
#include "common/hidden_values.hpp"
#include "common/log_format.hpp"
#include "common/unique_fd.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace mcpm {

class RunFacts;

/// What is shipped is what the configuration says when it says nothing.
struct LogLimits {
    std::uint64_t segment_bytes = LogSettings{}.segment_size;  // a segment is closed when it is longer
    std::uint64_t server_bytes = LogSettings{}.server_budget;  // all segments of one server
    std::uint64_t total_bytes = LogSettings{}.total_budget;  // of all servers; the oldest segment goes first
    unsigned segments = LogSettings{}.max_segments;          // of one server
    std::chrono::hours age = std::chrono::duration_cast<std::chrono::hours>(LogSettings{}.max_age);
};

/// Counters since the log was opened by this agent, for statistics and metrics.
struct LogCounters {
    std::uint64_t lines = 0, bytes = 0;
    std::uint64_t dropped_lines = 0, dropped_bytes = 0;
    std::uint64_t no_space_lines = 0;  // of those dropped, because the disk or a quota was full
};

class LogStore {
  public:
    /// What is told to the rest of the agent: a disk that became full, recovered, a torn segment mended.
    using Announce = std::function<void(const std::string& server_id, const std::string& message)>;

    LogStore(Loop& loop, std::filesystem::path folder, LogLimits limits, Announce announce);
    ~LogStore();

    /// Starts a run: a note line in the log and a row in its index.
    void begin_run(const std::string& server_id, std::uint64_t run, std::string_view note,
                   RunKind kind = RunKind::shared);
    void end_run(const std::string& server_id, std::uint64_t run, std::string_view note,
                 RunKind kind = RunKind::shared);

    /// Reads `pipe` to its end as `stream`, always draining it. `facts` (may be null) carries an unfinished
    /// line over an agent's death and must outlive the capture. `resumed`: taken over from another agent.
    void capture(const std::string& server_id, std::uint64_t run, LogStream stream, UniqueFd pipe,
                 RunFacts* facts, bool resumed, RunKind kind = RunKind::shared);
    /// Completes when every capture of that run has read its pipe to the end, or after `limit`.
    Task<> drained(const std::string& server_id, std::uint64_t run, Duration limit);

    /// Writes one line as if the server had (for noise on a protocol stdout), or as a note of ours.
    void append(const std::string& server_id, LogStream stream, std::string_view text);
    void note(const std::string& server_id, std::string_view text, std::uint64_t own_run = 0);

    /// From now on these values are not in that server's log, whatever it prints; in place of what was hidden
    /// before.
    void hide(const std::string& server_id, HiddenValues values);
    /// A text about that server, or about any, without what is hidden in its log.
    std::string without_hidden(const std::string& server_id, std::string text) const;
    std::string without_any_hidden(std::string text) const;

    /// Something was appended, or a segment was rotated. Followers wait here and then read on.
    Notifier& changed(const std::string& server_id);

    std::filesystem::path folder_of(const std::string& server_id) const;
    /// Of the next record; 0 when nothing is being written by this agent.
    std::uint64_t next_sequence(const std::string& server_id) const;
    LogCounters counters(const std::string& server_id) const;
    void remove(const std::string& server_id);

    Task<> close();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace mcpm
