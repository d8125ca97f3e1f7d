// One run of one server as a process; see runtime.hpp. Internal to this room.
#pragma once

#include "agent/handover/run_facts.hpp"
#include "agent/runtime/process_runtime.hpp"
#include "agent/runtime/sweep.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mcpm {

/// What every instance needs of its runtime, which it may outlive by a moment.
struct ProcessRuntime::Shared {
    Loop& loop;
    KeeperLink& link;
    std::string owner_id;
    std::string boot_id;
    CgroupTree cgroups;
    std::set<ProcessKey> named = {};  // as what may be left of a run
};

class ProcessRuntime::ProcessInstance : public Instance {
  public:
    ProcessInstance(std::shared_ptr<Shared> shared, RunMarks marks, InstanceKind kind, Timestamp started_at,
                    KeptChild child, RunFacts facts, std::optional<RunCgroup> cgroup);
    ~ProcessInstance() override = default;

    const std::string& server_id() const override { return traces_.marks.server_id; }
    std::uint64_t run() const override { return traces_.marks.run; }
    InstanceKind kind() const override { return kind_; }
    std::optional<int> pid() const override { return traces_.leader.first; }
    Timestamp started_at() const override { return started_at_; }
    Pipes& pipes() override { return pipes_; }
    RunFacts& facts() override { return facts_; }

    Task<Exit> wait() override;
    void close_input() override;
    void terminate() override;
    void kill() override;
    Task<Result<unsigned>> sweep(Duration limit) override;
    std::vector<std::string> may_be_left() override { return may_be_left_; }

  private:
    struct Left {
        std::vector<ProcStat> processes;
        bool is_moving = false;  // some may have been missed
    };
    void look();
    Left left() const;
    Left left_in_cgroup() const;
    Left left_below_warden() const;
    Left left_by_traces() const;
    std::vector<UniqueFd> outside_group() const;
    void name_what_may_be_left();

    std::shared_ptr<Shared> shared_;
    std::uint64_t handle_;
    InstanceKind kind_;
    Timestamp started_at_;
    RunTraces traces_;
    Pipes pipes_;
    RunFacts facts_;
    std::optional<RunCgroup> cgroup_;
    ProcessKey warden_;  // pid 0: none
    std::optional<Exit> exit_;
    std::vector<std::string> may_be_left_;
    bool released_ = false;
};

/// Kills each of them and waits for their ends, until `deadline`. Adds those it signalled to `ended`; returns
/// those that would not die.
Task<std::vector<ProcessKey>> end_processes(Loop& loop, std::vector<ProcessKey> processes,
                                            Clock::time_point deadline, std::set<ProcessKey>& ended);

}  // namespace mcpm
