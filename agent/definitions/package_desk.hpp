// Packages of definitions: installs what a definition names before it is saved, looks for newer versions,
// and holds the planner with the PATH that the login shell gives (found once, in the background, from the
// agent's start on).
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/notifier.hpp"
#include "agent/async/offload.hpp"
#include "agent/async/task_group.hpp"
#include "agent/definitions/upgrade_outcome.hpp"
#include "agent/launch/launch_planner.hpp"
#include "agent/packages/packages.hpp"
#include "agent/runtime/keeper_link.hpp"
#include "agent/runtime/runtime.hpp"
#include "common/config_file.hpp"
#include "common/paths.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mcpm {

class PackageDesk {
  public:
    /// `processes` runs npm, whose install scripts are strangers' code.
    PackageDesk(Loop& loop, Workers& workers, KeeperLink& keeper, Runtime& processes, const Paths& paths,
                const Config& config, const AgentLog& log);

    /// How bundles and programs are fetched. Before start().
    void fetch_with(Packages::Fetch fetch) { fetch_ = std::move(fetch); }

    /// Begins to look for the PATH, so that the first server need not wait for it.
    void start();
    /// LaunchPlanner::plan, off the loop: it looks through the folders of the PATH. Waits for the PATH when
    /// it is not known yet; everybody who asks meanwhile waits for the same answer.
    Task<Result<LaunchPlan>> plan(std::string server_id, ServerSpec spec, std::uint64_t run,
                                  std::map<std::string, std::string> secrets);
    /// What each server gets before its own variables; empty while the login shell is still asked.
    std::map<std::string, std::string> server_environment() const;

    Task<Result<ServerSpec>> prepare(ServerSpec spec);
    /// What was said when that package was last prepared by this agent: "it asks for node >=22, and this is
    /// v20.1.0".
    std::vector<std::string> said_of(const PackagePin& pin) const;
    Task<Result<UpgradeOutcome>> upgrade(ServerView server, Upgrade what, std::string version);

    /// Takes the versions away that are in none of these folders.
    Task<Result<>> remove_unused(std::vector<std::string> folders_in_use);

    /// Before each start: a pinned package's files are those that were installed. Others are always good.
    Task<Result<>> check(const ServerSpec& spec);

    Task<> close();

  private:
    Task<> await_planner();
    Task<> find_path();
    Task<Result<JobOutcome>> run_package_job(Job job);
    Packages::Progress progress_of(const std::string& package);
    void keep_said(const PackageSource& source, std::vector<std::string> notes);

    Loop& loop_;
    Workers& workers_;
    KeeperLink& keeper_;
    Runtime& processes_;
    Paths paths_;
    std::string configured_path_;
    NetworkSettings network_;
    const AgentLog& log_;
    TaskGroup tasks_;
    Notifier found_;
    bool finding_ = false;
    std::shared_ptr<const LaunchPlanner> planner_;
    std::unique_ptr<Packages> packages_;
    Packages::Fetch fetch_ = {};
    std::map<std::string, std::vector<std::string>> said_;  // by folder
};

}  // namespace mcpm
