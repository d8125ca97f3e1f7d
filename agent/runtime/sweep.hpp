// Which processes are part of a run, beyond the one we started: what is below its warden; where it has none,
// or that was killed, its tree, its session, what was seen in its tree before, what carries its markers, what
// holds its pipes; and what the keeper, as the reaper of orphans, was left with while no other run lived. The
// decision is pure; looking at /proc and signalling are beside it. Nothing is signalled that is not proven
// ours, nor by a pid alone: pidfd, then the start time again, then the signal.
#pragma once

#include "common/proc_stat.hpp"
#include "common/unique_fd.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm {

/// The markers every child is started with, and its children inherit.
struct RunMarks {
    std::string owner;      // MCPM_OWNER: the data id
    std::string server_id;  // MCPM_SERVER
    std::uint64_t run = 0;  // MCPM_RUN
    std::string boot_id;    // MCPM_BOOT
    bool operator==(const RunMarks&) const = default;
};

/// Of an environment as in /proc/PID/environ (NUL between variables). Nothing when one is missing. Pure.
std::optional<RunMarks> parse_marks(std::string_view environment);
std::optional<RunMarks> read_marks(int pid);

/// What is known of one run for recognising its processes.
struct RunTraces {
    RunMarks marks;
    ProcessKey leader;              // not reaped: its pid, session and group are reserved
    std::set<ProcessKey> seen;      // was in its tree at some time
    std::set<int> sessions;         // of those seen; the keeper's and the agent's never
    std::set<std::uint64_t> pipes;  // inode numbers of its three pipes
};

/// A child of a reaper (the keeper, a warden) that it did not start: left behind by some run.
struct Orphan {
    ProcStat stat;
    std::optional<RunMarks> marks;
    std::set<std::uint64_t> pipes;
};

/// Pure. `others`: start times of everything else that the keeper has started and not released.
bool belongs_to_run(const Orphan& orphan, const RunTraces& run, const std::vector<std::uint64_t>& others);

/// Pure. It was born while the run lived, and nothing says whose it is: a daemon with an empty environment.
bool may_belong_to_run(const Orphan& orphan, const RunTraces& run);

// --- looking ---

/// Every live process of the tree below `pid` (without it).
std::vector<ProcStat> tree_below(int pid);
struct Orphans {
    std::vector<Orphan> found;
    /// A process ended while it was looked at: what it left behind may have been missed.
    bool is_moving = false;
};
/// The children of the keeper or of a warden, without those in `held`.
Orphans orphans_of(int reaper, const std::set<int>& held);
/// Still the process that was meant, and no zombie.
bool is_living(const ProcessKey& process);
/// Inode numbers of the pipes that a process holds.
std::set<std::uint64_t> pipes_of(int pid);
std::uint64_t pipe_number(int descriptor);
std::vector<int> all_pids();
/// pid, its parent, its parent's parent …
std::set<int> ancestry_of(int pid);
std::string read_boot_id();

/// A pidfd of exactly this process, or empty when it is gone.
UniqueFd open_process(const ProcessKey& process);
void signal_process(const UniqueFd& pidfd, int signal_number);

}  // namespace mcpm
