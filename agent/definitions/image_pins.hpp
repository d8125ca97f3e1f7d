// The image that a definition names stays the one that its name meant at its first start.
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/task_group.hpp"
#include "agent/supervisor/supervisor.hpp"

#include <string>

namespace mcpm {

class ImagePins {
  public:
    /// All outlive it; `tasks` has what is being stored.
    ImagePins(Supervisor& supervisor, TaskGroup& tasks, const AgentLog& log)
        : supervisor_(supervisor), tasks_(tasks), log_(log) {}

    /// Unless the server was redefined meanwhile.
    void pin(const std::string& server_id, const std::string& image, const ImagePin& pin);

  private:
    Task<> save(std::string server_id, ServerSpec spec);

    Supervisor& supervisor_;
    TaskGroup& tasks_;
    const AgentLog& log_;
};

}  // namespace mcpm
