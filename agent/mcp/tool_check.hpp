// Whether a server that runs lists its tools.
#pragma once

#include "agent/mcp/sessions.hpp"

#include <string>

namespace mcpm::mcp {

/// Good for a server without a session. cannot_launch: it does not answer tools/list, or it says that it has
/// tools and lists none, as servers do that lack a key.
Task<Result<>> check_tools(Sessions& sessions, std::string server_id);

}  // namespace mcpm::mcp
