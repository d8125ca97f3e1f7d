// Runs servers as processes born of the keeper: markers in the environment, limits, a cgroup where there is
// one, a record that outlives the agent. Owned by the root; the loop and the link must outlive it and its
// instances.
#pragma once

#include "agent/runtime/cgroup.hpp"
#include "agent/runtime/keeper_link.hpp"
#include "agent/runtime/runtime.hpp"
#include "agent/runtime/sweep.hpp"

#include <filesystem>
#include <memory>
#include <set>
#include <string>

namespace mcpm {

/// Tells our children from those of an agent with another data folder: the same for one folder until it is
/// moved or the machine restarts, letters, digits and '-' only.
std::string owner_id_of(const std::filesystem::path& data_folder);

class ProcessRuntime : public Runtime {
  public:
    /// `owner_id` becomes the marker MCPM_OWNER and part of a cgroup's name: letters, digits, '-' and '_'
    /// only.
    ProcessRuntime(Loop& loop, KeeperLink& link, std::string owner_id, CgroupTree cgroups);
    ~ProcessRuntime() override;

    Task<Result<std::unique_ptr<Instance>>> launch(LaunchPlan plan) override;
    Task<Result<Adopted>> adopt() override;
    Shortcomings shortcomings(const ServerSpec& spec) const override;
    /// After the last run, or when all of them are left to the next agent (CgroupTree::leave).
    Task<> close();

  private:
    struct Shared;
    class ProcessInstance;

    Task<unsigned> end_leftovers(std::set<std::string> kept_runs);
    Task<> end_leftover_cgroups(std::set<std::string> kept_runs, std::set<int> kept,
                                Clock::time_point deadline, std::set<ProcessKey>& ended);
    std::unique_ptr<Instance> take_over(KeptChild& child);

    std::shared_ptr<Shared> shared_;
};

}  // namespace mcpm
