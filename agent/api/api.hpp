// The room api: REST. It may include every room of the agent but keeper, engine, launch, sharing and
// outgoing. It never decides what a change means: the rooms do.
//
// The agent's HTTP API over its rooms: who may ask (access), which row of the table answers (routes), and
// that the query fits the row. Owned by the root; knows HTTP only as messages.
#pragma once

#include "agent/api/rooms.hpp"
#include "agent/http/message.hpp"
#include "common/config_file.hpp"

#include <chrono>
#include <memory>

namespace mcpm::api {

class Api {
  public:
    Api(const Needs& needs, AgentControl control, const HttpSettings& settings);
    ~Api();

    /// Browsers that were signed in at an agent before this one are again. Before anybody is listened to.
    Task<> open();
    /// For a listener; usable while this object lives. Stop the listeners first.
    http::Endpoint endpoint();
    /// Who need not send his body, because he may not ask; likewise.
    http::HeadCheck head_check();

    /// Those who watch over a WebSocket are told that the agent ends. Before the listeners stop.
    Task<> end_watching();
    /// Changes that were begun and whose askers may have gone are waited for; after `grace` they are
    /// cancelled.
    Task<> close(std::chrono::milliseconds grace);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace mcpm::api
