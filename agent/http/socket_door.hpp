// How listening sockets come to an agent that runs already: socket activation started a second mcpmd, which
// may not be an agent too, and hands over what it was given. The door is an abstract socket named by the
// keeper's pid; both ends ask the kernel whether the other is of the same user. The conversation stays open
// as long as both live: the one who handed over sees the agent leave, and hands over again to the next.
#pragma once

#include "agent/async/task_group.hpp"
#include "common/error.hpp"
#include "common/unique_fd.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace mcpm::http {

class SocketDoor {
  public:
    using Take = std::function<void(UniqueFd)>;
    /// conflict when another has the door of this keeper.
    static Result<std::unique_ptr<SocketDoor>> open(Loop& loop, int keeper_pid, Take take);

    /// Runs until it is cancelled.
    Task<> serve();

  private:
    SocketDoor(Loop& loop, UniqueFd socket, Take take);
    static Task<> converse(std::shared_ptr<Descriptor> visitor, Take take);

    Descriptor socket_;
    TaskGroup visitors_;
    Take take_;
};

/// The visitor's side; blocks for 2 s at most. The conversation: readable when the agent has left. not_found
/// when nobody of our user is behind the door.
Result<UniqueFd> hand_over(int keeper_pid, const std::vector<UniqueFd>& sockets);

}  // namespace mcpm::http
