// Keeps a picture of all servers in the state folder, so that `mcpm list` and `show` have something to read
// when no agent runs. Written a moment after something happened, never in the idle state; one write at a
// time.
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/offload.hpp"
#include "agent/async/task_group.hpp"
#include "agent/supervisor/supervisor.hpp"

#include <filesystem>

namespace mcpm {

class SnapshotWriter {
  public:
    SnapshotWriter(Loop& loop, Workers& workers, Supervisor& supervisor, std::filesystem::path file,
                   const AgentLog& log);

    void start();
    /// Writes the last picture and ends.
    Task<> close();

  private:
    Task<> follow();
    Task<> write();

    Workers& workers_;
    Supervisor& supervisor_;
    std::filesystem::path file_;
    const AgentLog& log_;
    TaskGroup tasks_;
};

}  // namespace mcpm
