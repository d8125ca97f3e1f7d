// Sessions for runs: what the sessions' room is told when a run begins and when it ends. An engine accepts
// connections before the server in its container does, so a session with a container waits until HTTP is
// answered there; the start's own deadline ends a server that never does.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/async/task_group.hpp"
#include "agent/sharing/remotes.hpp"
#include "agent/supervisor/supervisor.hpp"

#include <cstdint>
#include <set>
#include <string>

namespace mcpm {

class Attachments {
  public:
    /// All outlive it; `tasks` has what waits for containers.
    Attachments(Loop& loop, TaskGroup& tasks, Supervisor& supervisor, mcp::Sessions& sessions,
                Remotes& remotes)
        : tasks_(tasks), supervisor_(supervisor), sessions_(sessions), remotes_(remotes), ended_(loop) {}

    void attach(const std::string& server_id, const ServerSpec& spec, Instance& instance, bool resumed);
    /// Shared and of one client.
    std::set<std::uint64_t> living_runs(const std::string& server_id) const;
    void detach(const std::string& server_id, std::uint64_t run, const Exit& exit);

  private:
    Task<> attach_when_answered(mcp::Attachment attachment, std::string url);
    bool is_wanted(const mcp::Attachment& attachment) const;

    TaskGroup& tasks_;
    Supervisor& supervisor_;
    mcp::Sessions& sessions_;
    Remotes& remotes_;
    Notifier ended_;  // a run
};

}  // namespace mcpm
