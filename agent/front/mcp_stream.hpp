// Outboxes as server-sent events (WHATWG HTML, 9.2): each message one event, flushed at once; comment lines
// while nothing comes.
#pragma once

#include "agent/gateway/client.hpp"
#include "agent/http/message.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace mcpm::front {

struct EventStream {
    std::shared_ptr<gateway::Outbox> out;
    gateway::ClientPtr client = {};   // whose reader this is; may be null
    std::uint64_t number = 0;         // of the stream in its session
    bool has_ids = false;             // resumable
    bool is_primed = false;           // begins with an id and empty data (2025-11-25)
    std::string opening = {};         // sent first, as it is
    std::shared_ptr<void> ends = {};  // let go when the stream has ended
};

http::Response event_stream(EventStream stream);

}  // namespace mcpm::front
