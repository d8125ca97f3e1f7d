// The agent's end of its conversation with the keeper (protocol: agent/keeper/protocol.hpp). One per
// agent. Turns the keeper's messages into awaitable calls; decides nothing.
#pragma once

#include "agent/async/task.hpp"
#include "agent/metrics/figure.hpp"
#include "common/error.hpp"
#include "common/proc_stat.hpp"
#include "common/server_status.hpp"
#include "common/unique_fd.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mcpm {

/// Everything the keeper needs to give birth to one child. The agent has resolved paths and values.
struct SpawnRequest {
    std::string tag;      // opaque to the keeper, at most 128 bytes: "srv_… RUN" or "job …"
    std::string program;  // absolute path
    std::vector<std::string> arguments;                      // argv, argv[0] included
    std::vector<std::string> environment;                    // "NAME=value"
    std::string cwd;                                         // absolute
    std::vector<std::pair<int, std::uint64_t>> limits = {};  // RLIMIT_*, soft = hard
    UniqueFd cgroup = {};  // the cgroup v2 directory the child is born in, or empty
    UniqueFd record = {};  // the child's record (memfd) the keeper holds for the next agent, or empty
    std::uint32_t pipe_bytes = 1 << 20;  // wished capacity of stdout and stderr; best effort
    bool below_warden = false;           // agent/keeper/warden.hpp; an older keeper has none
};

/// The agent's share of a child's descriptors. `exited` is a pidfd.
struct ChildDescriptors {
    UniqueFd input, output, error_output;  // our ends: write, read, read; non-blocking
    UniqueFd exited;
    UniqueFd record;
};

/// A child that the keeper holds, as it was when this agent connected, or as it was just born.
struct KeptChild {
    std::uint64_t handle = 0;  // the keeper's number for it, never reused while the keeper lives
    std::string tag;
    int pid = -1;
    std::uint64_t start_time = 0;  // field 22 of /proc/PID/stat, clock ticks since boot
    ProcessKey warden{};           // the reaper of what it leaves behind; pid 0: it has none
    bool input_open = true;
    std::optional<Exit> exit = {};  // set when it had already ended
    ChildDescriptors descriptors;
};

enum class SignalScope { process, group };

class KeeperLink {
  public:
    /// `socket` is the agent's end of the pair. Completes the greeting and takes over every kept child.
    static Task<Result<std::unique_ptr<KeeperLink>>> open(Loop& loop, UniqueFd socket);
    ~KeeperLink();
    KeeperLink(const KeeperLink&) = delete;
    KeeperLink& operator=(const KeeperLink&) = delete;

    /// The children the keeper already held; empty after the first call.
    std::vector<KeptChild> take_kept_children();

    /// A failure has code cannot_launch and details {"stage": "cwd|limits|cgroup|stdio|exec|…", "errno":
    /// "ENOENT"}; `unavailable` when the keeper is gone. Any number may be in flight. A child whose asker was
    /// cancelled meanwhile is killed and released.
    Task<Result<KeptChild>> spawn(SpawnRequest request);

    /// Completes when the child has ended, for any number of waiters. It stays a zombie (its pid and group
    /// reserved) until release(). An Exit with neither code nor signal: released, unknown, or the keeper is
    /// gone.
    Task<Exit> wait_exit(std::uint64_t handle);

    /// Delivered by the keeper, so the pid is still the child's. No effect after release().
    void signal(std::uint64_t handle, int signal_number, SignalScope scope);
    /// The keeper closes its duplicate of the child's stdin. The caller closes its own.
    void close_input(std::uint64_t handle);
    /// The child is reaped and forgotten, the keeper's descriptors are closed.
    void release(std::uint64_t handle);

    /// Every agent from the next one on gets `socket` as its descriptor `number` (a path bound anew). The
    /// socket stays the caller's.
    void keep_listening(int number, int socket);

    /// How long the keeper's answers took.
    metrics::HistogramFigure figure() const;

    int keeper_pid() const;
    /// Of the process that the keeper started as this agent.
    int agent_pid() const;

    /// Pid and start time of every child that the keeper holds and that is not released.
    std::vector<ProcessKey> held_children() const;
    /// Every child of the keeper that is no server's orphan: this agent, what is held, its wardens.
    std::set<int> keepers_own() const;

    /// After this the keeper does not start another agent; it ends what is left and exits when this agent
    /// does, or is killed because it has not within `limit`.
    void announce_shutdown(std::chrono::seconds limit);
    /// The channel is closed and what waits on it ends; without this the loop is never without work.
    void close();
    /// The keeper re-executes itself from `program` (absolute), keeping pid, children and descriptors.
    Task<Result<>> upgrade_keeper(std::string program);

  private:
    struct State;
    explicit KeeperLink(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace mcpm
