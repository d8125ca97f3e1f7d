// The start test of an upgrade: the new version must start, be well where its definition says how to look,
// and list what it offers. Whether it passes or not, the server is left as it was: running, or stopped. It
// never changes a definition.
#pragma once

#include "agent/health/health_watch.hpp"
#include "agent/supervisor/supervisor.hpp"
#include "common/error.hpp"
#include "common/server_status.hpp"

#include <functional>
#include <string>

namespace mcpm {

class StartTest {
  public:
    /// Asks a running server for its tools: an error when it does not answer, or says that it has tools and
    /// offers none. May be unset.
    using AskTools = std::function<Task<Result<>>(std::string server_id)>;

    /// All outlive it.
    StartTest(Supervisor& supervisor, HealthWatch& health, AskTools ask_tools)
        : supervisor_(supervisor), health_(health), ask_tools_(std::move(ask_tools)) {}

    /// Starts what the definition of `before` names now. A server that was stopped is stopped again; one that
    /// was not runs on when it passed. cannot_launch and its like: why it did not pass.
    Task<Result<>> pass(ServerView before, std::string actor);

    /// The server is as it was before the test, with the definition that it has now.
    Task<Result<>> put_back(ServerView before, std::string actor);

  private:
    Task<Result<>> start_and_look(ServerView before, std::string actor);

    Supervisor& supervisor_;
    HealthWatch& health_;
    AskTools ask_tools_;
};

}  // namespace mcpm
