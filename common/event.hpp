// What happened, who asked, when. Events are kept (bounded) in the store and streamed to followers.
#pragma once

#include "common/server_spec.hpp"

#include <cstdint>
#include <string>

namespace mcpm {

struct Event {
    std::uint64_t sequence = 0;  // given by the store, growing, never reused
    Timestamp at{};
    std::string type;            // "server:created", "server:status", "server:exited", "agent:started", …
    std::string server_id = {};  // empty for the agent's own
    std::string server_name = {};
    std::string actor = {};    // "uid:1000", "agent", "policy"
    std::string message = {};  // one sentence for people
    std::string detail = {};   // a JSON object as text, or empty
};

}  // namespace mcpm
