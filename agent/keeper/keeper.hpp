// The room keeper: parent of the agent and of every server. It may include common alone, of it only what
// needs no memory. It never knows what a server is for.
//
// The process that systemd or the CLI starts: parent of the agent and of every server. It gives birth, holds
// duplicates of pipe ends, reports exits and passes signals; it decides nothing. One thread, one loop, no
// memory allocated after the start, nothing parsed but fixed-size packets from its own agent (protocol.hpp).
#pragma once

#include "agent/keeper/birth.hpp"

#include <string>
#include <vector>

namespace mcpm::keeper {

struct KeeperOptions {
    std::string program;                 // absolute path of the agent (the same binary)
    std::vector<std::string> arguments;  // argv of the agent, argv[0] included; `--agent-fd 3` is added
    /// Given to every agent as fixed numbers (4 or more, below 64), e.g. the listening socket; at most 16.
    /// The keeper owns the descriptors from here on.
    std::vector<PassedDescriptor> passed;
};

/// Lives until the agent has announced a shutdown and left, or a signal asks for the end; then no child is
/// left. The exit status for main: 0, 1 (the last agent did not leave well) or agent_misconfigured.
int run_keeper(KeeperOptions options);

/// `program --keeper-resume N`: goes on where the program that executed us stopped; N is `state_descriptor`.
/// 1 when the state is not one we understand (the children are then ended).
int resume_keeper(int state_descriptor);

}  // namespace mcpm::keeper
