// What each start of a server needs, in its order: its secrets, what the configuration lets it do, the files
// that were installed, nothing left of an earlier run; then the plan of its launch. Asked by the supervisor
// before each start, and by health for commands that check a server.
#pragma once

#include "agent/async/task.hpp"
#include "agent/definitions/package_desk.hpp"
#include "agent/launch/lending.hpp"
#include "agent/launch/outside.hpp"
#include "agent/runtime/runtime.hpp"
#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace mcpm {

class StartPlans {
  public:
    /// Before the first connection to a remote server.
    using PrepareRemotes = std::function<Task<Result<>>()>;

    /// All outlive it. `refused_risks`: of the configuration.
    StartPlans(PrepareRemotes prepare_remotes, Lending& lending, PackageDesk& packages,
               OutsideContainers& outside, const std::vector<std::string>& refused_risks)
        : prepare_remotes_(std::move(prepare_remotes)),
          lending_(lending),
          packages_(packages),
          outside_(outside),
          refused_risks_(refused_risks) {}

    /// cannot_launch with the stage that failed.
    Task<Result<LaunchPlan>> plan(std::string server_id, ServerSpec spec, std::uint64_t run);

  private:
    PrepareRemotes prepare_remotes_;
    Lending& lending_;
    PackageDesk& packages_;
    OutsideContainers& outside_;
    const std::vector<std::string>& refused_risks_;
};

}  // namespace mcpm
