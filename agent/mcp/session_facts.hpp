// What is known of a server through its session.
#pragma once

#include "agent/mcp/era.hpp"
#include "common/server_spec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mcpm::mcp {

/// What was learned when the session was opened. JSON parts are texts, as the server sent them.
struct SessionFacts {
    Era era = Era::handshake;
    std::string protocol_version;
    std::string server_info = "{}";
    std::string capabilities = "{}";
    std::string instructions;
    bool asks_roots = false;  // it has asked for roots/list: what it does depends on the client's workspace
    bool asks_roots_first =
        false;  // and did so unasked, before any call: it waits for no call to learn of it
    std::optional<Timestamp> opened_at = {};  // of a session that is open; nothing when it is not known
    std::vector<std::uint64_t> listens = {};  // ids of the open subscriptions/listen: a successor ends them
};

}  // namespace mcpm::mcp
