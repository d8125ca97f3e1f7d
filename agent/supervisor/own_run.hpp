// One client's own process of a server, beside the shared one: launched from the same definition with a run
// number of its own, logged in the server's log under that number, stopped by the same sequence and sweep. It
// changes nothing of the server's status. Never restarted, never adopted: when its client or the agent is
// gone it ends.
#pragma once

#include "agent/runtime/runtime.hpp"
#include "agent/supervisor/supervisor.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace mcpm {

class OwnProcess;

/// What the owner is told, on the loop thread.
struct OwnRunHooks {
    /// A stop begins: close your end of its input.
    std::function<void()> input_closing = {};
    /// The run has ended, for whatever reason; what leans on its pipes must be given up now.
    std::function<void(const Exit& exit)> exited = {};
};

class OwnRun {
  public:
    OwnRun(std::shared_ptr<OwnProcess> process, std::shared_ptr<OwnRunHooks> hooks);
    /// Stops it; that goes on when this is gone. No hook is called any more.
    ~OwnRun();
    OwnRun(const OwnRun&) = delete;
    OwnRun& operator=(const OwnRun&) = delete;

    std::uint64_t run() const;
    bool is_running() const;
    /// Input and output are the owner's to move out; stderr is logged. Valid as long as this lives.
    Pipes& pipes();
    RunFacts& facts();

    /// Completes when it has ended, any number of times.
    Task<Exit> wait();
    /// Completes when nothing of it is left, or with what would not die.
    Task<Result<>> stop();

  private:
    std::shared_ptr<OwnProcess> process_;
    std::shared_ptr<OwnRunHooks> hooks_;
};

}  // namespace mcpm
