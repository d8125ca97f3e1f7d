// A server that was just defined or changed, as the answer that says so has it.
#pragma once

#include "agent/api/rooms.hpp"
#include "common/server_status.hpp"
#include "common/wire.hpp"

#include <string>
#include <vector>

namespace mcpm::api {

/// The server as it is now, with what was accepted but will not do as it stands: `said` and what its package
/// was installed with.
wire::Json defined_json(const Rooms& rooms, const ServerView& server,
                        const std::vector<std::string>& said = {});

}  // namespace mcpm::api
