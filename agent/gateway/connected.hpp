// Who is connected, for people to look at. Clients of 2026-07-28 over HTTP keep no session: each of their
// calls comes and goes.
#pragma once

#include "agent/gateway/client.hpp"

#include <cstddef>
#include <string>

namespace mcpm::gateway {

struct ConnectedClient {
    std::string handle;  // names it while it is there; lets nobody in
    std::string name;    // as it calls itself; may be empty
    std::string principal, version;
    Client::Kind kind = Client::Kind::session;
    Scope scope = {};
    Clock::duration idle{};  // since it last asked for something
    std::size_t open_calls = 0;
    std::string address = {};  // its newest request came from; empty while none came to this agent
};

}  // namespace mcpm::gateway
