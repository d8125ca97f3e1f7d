// The root: builds the rooms in order, introduces those that do not know each other, and closes them in
// reverse. It may include every room, and none includes it. It never decides, parses or waits for anything.
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/task.hpp"
#include "agent/process/ending.hpp"
#include "agent/process/tcp_sockets.hpp"
#include "common/config_file.hpp"
#include "common/paths.hpp"
#include "common/unique_fd.hpp"

#include <memory>
#include <vector>

namespace mcpm {

struct AgentOptions {
    Paths paths;
    Config config;
    UniqueFd keeper;                  // our end of the pair
    std::vector<UniqueFd> listeners;  // bound sockets: the unix one and TCP, or what socket activation passed
    PassedBy passed_by = PassedBy::keeper;
    int first_number = 0;  // the descriptor number of the first listener, by which the keeper knows it
};

class Agent {
  public:
    Agent(Loop& loop, AgentOptions options, const AgentLog& log);
    ~Agent();

    /// Opens every room, serves until it is told to stop, closes them.
    Task<AgentEnd> run();

  private:
    struct Rooms;

    std::unique_ptr<Rooms> rooms_;
};

}  // namespace mcpm
