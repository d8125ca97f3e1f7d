// What a server's command started elsewhere: containers of `docker run …`, ended with the run or before its
// next one.
#pragma once

#include "agent/async/task.hpp"
#include "agent/runtime/keeper_link.hpp"
#include "agent/runtime/runtime.hpp"
#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <string>

namespace mcpm {

class OutsideContainers {
  public:
    /// How the server's command is run, without its secrets.
    using Plan = std::function<Task<Result<LaunchPlan>>(std::string server_id, ServerSpec spec)>;
    /// The runs of a server that live.
    using Living = std::function<std::set<std::uint64_t>(const std::string& server_id)>;

    /// `folder`: where the engine writes the containers' ids.
    OutsideContainers(Loop& loop, KeeperLink& keeper, std::filesystem::path folder, Plan plan, Living living)
        : loop_(loop),
          keeper_(keeper),
          folder_(std::move(folder)),
          plan_(std::move(plan)),
          living_(std::move(living)) {}

    /// Of a run whose processes are gone.
    Task<Result<>> end_of_run(std::string server_id, std::uint64_t run, ServerSpec spec);
    /// Before `run` begins: of runs that no agent saw end.
    Task<Result<>> end_left(std::string server_id, ServerSpec spec, std::uint64_t run);

  private:
    Task<Result<>> end_by_file(std::string server_id, ServerSpec spec, std::filesystem::path file);

    Loop& loop_;
    KeeperLink& keeper_;
    std::filesystem::path folder_;
    Plan plan_;
    Living living_;
};

}  // namespace mcpm
