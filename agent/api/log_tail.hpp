// A server's log as one who watches over a WebSocket reads it.
#pragma once

#include "agent/api/rooms.hpp"
#include "agent/live/client_message.hpp"
#include "agent/live/hub.hpp"

#include <memory>
#include <string>

namespace mcpm::api {

/// validation_error that names the member of the filter that is unknown or wrong. Without tail, since and run
/// only what comes from now on.
Result<std::unique_ptr<live::LogTail>> open_log_tail(Rooms& rooms, const live::Subscribe& asked,
                                                     const std::string& server_id);

}  // namespace mcpm::api
