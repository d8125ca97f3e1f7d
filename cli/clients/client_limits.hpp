// What a client does not take: too many tools, names that are too long. Pure but for asking the agent.
#pragma once

#include "cli/agent_client.hpp"
#include "cli/clients/client_table.hpp"

#include <string>
#include <vector>

namespace mcpm::cli {

struct OfferedTools {
    std::vector<std::string> names;       // as the aggregate has them: "server__tool"
    std::vector<std::string> unknown_of;  // servers whose tools were not seen yet
};

/// Of a profile, or of all servers; nothing is started for it.
Result<OfferedTools> tools_for(AgentClient& agent, const std::string& profile);

/// Sentences with what to do; empty when all is well.
std::vector<std::string> limit_notes(const ClientRow& client, const std::string& entry,
                                     const OfferedTools& tools);

}  // namespace mcpm::cli
