// What happens, counted: events that say of errors, servers that were created and started; and what was
// counted, sent on where that is set up. All that is passed by reference outlives what is made here.
#pragma once

#include "agent/observe/desk.hpp"
#include "agent/outgoing/client.hpp"
#include "agent/supervisor/supervisor.hpp"

namespace mcpm::observe {

/// Until it is cancelled.
Task<> count_events(Supervisor& supervisor, Desk& desk);

/// Sends on what is counted when ANALYTICS_ENDPOINT says where to, with ANALYTICS_TOKEN.
void start_sending(Desk& desk, outgoing::Client& client);

}  // namespace mcpm::observe
