// After a session is opened, asks the server what it offers, compares it with what it offered last time,
// keeps it, and reports the server healthy. A difference is announced as an event. Part of the root: it
// connects the sessions, the store and the supervisor, which do not know each other.
#pragma once

#include "agent/agent_log.hpp"
#include "agent/async/task_group.hpp"
#include "agent/mcp/sessions.hpp"
#include "agent/store/state_store.hpp"
#include "agent/supervisor/supervisor.hpp"

#include <cstdint>
#include <string>

namespace mcpm {

class ManifestWatch {
  public:
    ManifestWatch(Loop& loop, mcp::Sessions& sessions, StateStore& store, Supervisor& supervisor,
                  const AgentLog& log);

    /// A session of that run is open (new or taken over), or its lists changed.
    void look(const std::string& server_id, std::uint64_t run);

    Task<> close();

  private:
    Task<> look_and_compare(std::string server_id, std::uint64_t run);
    Task<Result<Manifest>> take(const std::string& server_id);
    void announce_difference(const std::string& server_id, const Manifest& before, const Manifest& now);

    mcp::Sessions& sessions_;
    StateStore& store_;
    Supervisor& supervisor_;
    const AgentLog& log_;
    TaskGroup tasks_;
};

/// The names in `before` and `now` (MCP lists of objects with "name" or "uri") that are new, gone or
/// different, as one sentence; empty when the lists are the same. Pure.
std::string describe_difference(std::string_view what, std::string_view before, std::string_view now);

}  // namespace mcpm
