// What the room observe is told of servers, calls, events and the container engine. Of the root; all that is
// passed by reference outlives what is made here.
#pragma once

#include "agent/engine/engine.hpp"
#include "agent/gateway/gateway.hpp"
#include "agent/health/silence.hpp"
#include "agent/observe/desk.hpp"
#include "agent/outgoing/client.hpp"
#include "agent/store/state_store.hpp"
#include "agent/supervisor/supervisor.hpp"

#include <memory>
#include <optional>
#include <string>

namespace mcpm {

/// Calls that end are recorded from now on.
std::unique_ptr<observe::Desk> open_desk(Loop& loop, Workers& workers, const StateStore& store,
                                         Supervisor& supervisor, gateway::Gateway& gateway,
                                         engine::Engine& engine);

/// Until it is cancelled.
Task<> count_events(Supervisor& supervisor, observe::Desk& desk);

/// Of its first process and all below; nothing for one that runs elsewhere.
Task<std::optional<Vitals>> vitals_of(Workers& workers, Supervisor& supervisor, std::string server_id);

/// Sends on what is counted when ANALYTICS_ENDPOINT says where to, with ANALYTICS_TOKEN.
void start_sending(observe::Desk& desk, outgoing::Client& client);

/// "Docker Engine 20.10.24".
Task<Result<std::string>> ask_engine(engine::Engine& engine);

}  // namespace mcpm
