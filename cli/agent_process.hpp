// Starting the agent when it is not there: finds `mcpmd`, spawns it detached, and waits until it answers.
// Two that race get one agent: the lock decides, the loser's mcpmd ends, and both connect to the winner's.
#pragma once

#include "cli/agent_absence.hpp"
#include "cli/agent_client.hpp"
#include "common/error.hpp"
#include "common/paths.hpp"

#include <chrono>
#include <filesystem>

namespace mcpm::cli {

/// Beside this program, or on the PATH. not_found says where was looked.
Result<std::filesystem::path> find_agent_program();

/// A connection to the running agent, which is started when there is none, and waited for at most about
/// `patience`; when the agent dies early, its last log lines are in the error.
Result<AgentClient> connect_or_start(const Paths& paths,
                                     std::chrono::milliseconds patience = std::chrono::seconds(10));

}  // namespace mcpm::cli
