// What those who watch are told of, from the rooms.
#pragma once

#include "agent/api/rooms.hpp"
#include "agent/live/hub.hpp"

namespace mcpm::api {

/// `rooms` outlives what uses it.
live::HubSources live_sources(Rooms& rooms);

}  // namespace mcpm::api
