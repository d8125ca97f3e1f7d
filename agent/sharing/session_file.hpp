// MCP sessions over the agent's replacement: beside the socket, where only we read, lies what the next agent
// needs to know their clients again. In the runtime folder: a reboot ends them.
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/offload.hpp"
#include "agent/sharing/gateway_desk.hpp"

#include <filesystem>

namespace mcpm {

class SessionFile {
  public:
    /// All outlive it.
    SessionFile(std::filesystem::path file, GatewayDesk& gateway, Workers& workers, const AgentLog& log)
        : file_(std::move(file)), gateway_(gateway), workers_(workers), log_(log) {}

    /// Before anybody is served.
    void restore();
    /// After each change, so that a kill loses the last moment at most. Runs until it is cancelled.
    Task<> keep();
    enum class Next { comes, does_not_come, nobody_knows };
    /// The streams end as streams do, so that their readers come again; what the sessions were is left for
    /// the next agent, or taken away when there is none.
    Task<> leave(Next next);

  private:
    Task<> save();

    std::filesystem::path file_;
    GatewayDesk& gateway_;
    Workers& workers_;
    const AgentLog& log_;
};

}  // namespace mcpm
