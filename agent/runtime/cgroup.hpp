// One cgroup v2 per run, where this machine lets us: everything a run forks stays in it, can be counted,
// limited and ended at once (cgroup.kill, Linux 5.14). Where there is no writable v2 tree, or one without
// controllers, it says what is missing. Source: the kernel's cgroup-v2.rst; proc(5) mountinfo; systemd's
// CGROUP_DELEGATION.
#pragma once

#include "common/error.hpp"
#include "common/server_spec.hpp"
#include "common/unique_fd.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

/// The cgroup of one run. Removes nothing by itself: it outlives the agent as the run does.
class RunCgroup {
  public:
    explicit RunCgroup(std::string path) : path_(std::move(path)) {}

    /// For the child to be born in.
    UniqueFd open_directory() const;
    /// Live processes, those of cgroups below it included.
    std::vector<int> pids() const;
    /// True when /proc/PID/cgroup names it (or one below it).
    bool holds(int pid) const;
    /// SIGKILL to all of it by the kernel; false where cgroup.kill is missing.
    bool kill() const;
    /// False while something lives in it; true when it is gone.
    bool remove() const;
    /// The kernel killed something in it for want of memory (memory.events).
    bool was_out_of_memory() const;
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

/// The machine's cgroups as far as we may use them: `mcpm-<data id>` below our own cgroup.
class CgroupTree {
  public:
    /// Never fails; is_usable() and the shortcomings tell. With controllers delegated, moves us and the
    /// keeper (`keeper_pid`) into a leaf, since the kernel wants processes in leaves only.
    static CgroupTree find(const std::string& owner_id, int keeper_pid);
    /// No cgroups at all (for tests and for those who do not want them).
    static CgroupTree none(std::string why);

    bool is_usable() const { return !root_.empty(); }
    /// At our end. Does nothing while a run lives on, whose cgroup is inside: the next agent finds it there.
    void leave() const;
    /// With the limits that its controllers allow. Fails when the folder cannot be made.
    Result<RunCgroup> create(const std::string& name, const ResourceLimits& limits) const;
    std::optional<RunCgroup> open(const std::string& name) const;
    /// Of all runs, ended ones included.
    std::vector<std::string> names() const;
    /// What of these limits cannot be held here, one sentence each.
    std::vector<std::string> shortcomings(const ResourceLimits& limits) const;
    bool has_controller(const std::string& name) const { return controllers_.contains(name); }

  private:
    std::string root_;  // …/mcpm-<data id>, or empty
    std::set<std::string> controllers_;
    std::string why_not_;
};

/// Our place in the v2 hierarchy: the line "0::PATH" of /proc/self/cgroup. Pure.
std::optional<std::string> parse_own_cgroup(std::string_view text);

}  // namespace mcpm
