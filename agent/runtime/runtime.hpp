// The room runtime: how a thing is run. It may include keeper, engine, handover, metrics and async. It never
// decides whether or when something runs: the supervisor does.
//
// A Runtime turns a launch plan into an Instance; an Instance is one run of one
// server: its pipes, its exit, its end. Neither restarts anything. Implementations: process (by the keeper),
// container (by an engine), remote (a connection), and Runtimes, which chooses among them.
#pragma once

#include "agent/async/task.hpp"
#include "common/error.hpp"
#include "common/server_spec.hpp"
#include "common/server_status.hpp"
#include "common/unique_fd.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mcpm {

/// shared: the server's one process. own: one client's, beside it; never taken for the server's.
enum class InstanceKind { shared, own };

/// A server elsewhere: headers may hold credentials.
struct RemoteTarget {
    std::string url;
    std::map<std::string, std::string> headers;
    Transport transport = Transport::http;
};

/// A program of this machine.
struct ProgramPlan {
    std::string program;                             // absolute path
    std::vector<std::string> arguments;              // argv[0] included
    std::map<std::string, std::string> environment;  // complete; the runtime adds its markers
    std::string cwd;
    ResourceLimits limits;
};

/// A container of an engine: agent/runtime/container_launch.hpp.
struct ContainerLaunch;

/// What to launch, with everything resolved: no PATH search, no secret name, no package is left open.
struct LaunchPlan {
    std::string server_id;
    std::uint64_t run = 0;
    InstanceKind kind = InstanceKind::shared;
    std::vector<std::string> words = {};  // what is executed, as it is told to people
    std::variant<ProgramPlan, std::shared_ptr<const ContainerLaunch>, RemoteTarget> what = {};
};

ServerType type_of(const LaunchPlan& plan);

/// Our ends of the child's pipes; non-blocking. Whoever uses one moves it out.
struct Pipes {
    UniqueFd input, output, error_output;
};

/// Small facts about a run that must outlive the agent: a memfd the keeper holds, read and written by
/// position. Layout and rules: agent/handover/run_facts.hpp.
class RunFacts;

/// What launching this plan will not be able to enforce or observe here ("memory limit: cgroup v1"), for
/// people.
using Shortcomings = std::vector<std::string>;

class Instance {
  public:
    virtual ~Instance() = default;

    virtual const std::string& server_id() const = 0;
    virtual std::uint64_t run() const = 0;
    virtual InstanceKind kind() const { return InstanceKind::shared; }
    virtual std::optional<int> pid() const = 0;
    /// 1970 when it is not known (yet).
    virtual Timestamp started_at() const = 0;
    virtual Pipes& pipes() = 0;
    /// Where its MCP endpoint is, when that is not its pipes.
    virtual const RemoteTarget* endpoint() const { return nullptr; }
    virtual RunFacts& facts() = 0;
    /// Why nobody can be asked how it is; empty when somebody can.
    virtual std::string out_of_touch() const { return {}; }

    /// Completes when the main process has ended, any number of times; noticed by the kernel, never polled.
    virtual Task<Exit> wait() = 0;

    /// The steps of a stop, each harder. None of them waits.
    virtual void close_input() = 0;
    virtual void terminate() = 0;  // TERM + CONT to the group or cgroup
    virtual void kill() = 0;       // KILL to everything that is proven part of this run

    /// Finds and kills whatever of this run is left (escaped grandchildren included) until nothing is,
    /// then releases what reserved its pid. Call after wait(). The number of processes it had to kill,
    /// or an error naming the pids that would not die within `limit`.
    virtual Task<Result<unsigned>> sweep(Duration limit) = 0;
    /// After the sweep: processes that may be of this run and are not proven to be ("12 (sleep)"), so that
    /// nobody signals them. Each is named once.
    virtual std::vector<std::string> may_be_left() { return {}; }
};

class Runtime {
  public:
    virtual ~Runtime() = default;

    /// cannot_launch with details {"stage", "errno"} when no process came to be. Secrets never in the
    /// message.
    virtual Task<Result<std::unique_ptr<Instance>>> launch(LaunchPlan plan) = 0;

    /// Instances that outlived the previous agent, in no order. Call once, before the first launch().
    /// What was found unowned (no keeper holds it) has been ended by then; `ended` says how many.
    struct Adopted {
        std::vector<std::unique_ptr<Instance>> instances;
        unsigned ended = 0;
    };
    virtual Task<Result<Adopted>> adopt() = 0;

    virtual Shortcomings shortcomings(const ServerSpec& spec) const = 0;
};

}  // namespace mcpm
