// Part of the root: introduces remote servers to the room that speaks HTTP to them.
#pragma once

#include "agent/mcp/sessions.hpp"
#include "agent/outgoing/client.hpp"
#include "agent/runtime/remote_runtime.hpp"

namespace mcpm {

class Remotes {
  public:
    Remotes(Loop& loop, Workers& workers, outgoing::Network network)
        : loop_(loop), client_(loop, workers, std::move(network)), runtime_(loop) {}

    Runtime& runtime() { return runtime_; }
    outgoing::Client& client() { return client_; }
    /// Before the first connection: cannot_launch when nothing can go out of this machine's agent.
    Task<Result<>> prepare();
    /// What the session with this instance needs in place of pipes.
    void introduce(const RemoteTarget& endpoint, mcp::Attachment& attachment);
    /// Gives sessions that are taken leave of a moment.
    Task<> close() { return client_.close(std::chrono::seconds(2)); }

  private:
    Loop& loop_;
    outgoing::Client client_;
    RemoteRuntime runtime_;
};

}  // namespace mcpm
