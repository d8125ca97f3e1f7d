// The room health: whether servers that run are well. It may include supervisor, mcp, outgoing, packages,
// store and runtime. It never restarts a server: it says how the server is.
//
// Tells the health monitor which servers run, lends it the sessions and the keeper for its probes, and hands
// on what it finds: verdicts to the supervisor, checks to the store. Checks go there together, once a minute:
// servers that are only looked at do not make the disk write for each look.
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/row_batch.hpp"
#include "agent/async/task_group.hpp"
#include "agent/health/health_monitor.hpp"
#include "agent/health/silence.hpp"
#include "agent/mcp/sessions.hpp"
#include "agent/metrics/figure.hpp"
#include "agent/metrics/histogram.hpp"
#include "agent/outgoing/client.hpp"
#include "agent/packages/job.hpp"
#include "agent/runtime/runtime.hpp"
#include "agent/store/state_store.hpp"
#include "agent/supervisor/supervisor.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mcpm {

class HealthWatch {
  public:
    /// How a check's command is run: as the server itself would be.
    struct Commands {
        std::function<Task<Result<LaunchPlan>>(std::string server_id, ServerSpec spec, std::uint64_t run)>
            plan;
        JobRunner run;
        /// What its processes do; nothing where they are not on this machine. May be unset.
        std::function<Task<std::optional<Vitals>>(std::string server_id)> vitals = {};
    };

    /// How long and how many checks wait to be stored: the limit holds an hour of fifty servers that are
    /// looked at every ten seconds.
    static constexpr BatchLimits usual{std::chrono::minutes(1), 1'000, 20'000};

    HealthWatch(Loop& loop, Supervisor& supervisor, mcp::Sessions& sessions, StateStore& store,
                Commands commands, outgoing::Client& outside, const AgentLog& log,
                BatchLimits checks = usual);

    void start();
    std::optional<HealthCheck> last_check(const std::string& server_id) const {
        return monitor_.last_check(server_id);
    }
    /// Waits until a check of this run was good. cannot_launch when the server ends, or when its last check
    /// was bad at the end of `limit`; one that was never looked at by then is taken as well.
    Task<Result<>> await_good_check(std::string server_id, Duration limit);
    /// How long the checks of each server took, the good and the failed ones; of those beyond 1,000 servers
    /// together, as "other". Valid while nothing is checked.
    void add_figures(std::vector<metrics::HistogramFigure>& figures) const;
    /// Before the history is read: returns when the checks until now are stored, or cannot be.
    Task<> store_checks() { return checks_.write(); }
    /// Checks that were never stored.
    std::uint64_t lost_checks() const { return checks_.lost(); }
    Task<> close();

  private:
    struct CheckTimes {
        metrics::Histogram good{metrics::request_bounds}, failed{metrics::request_bounds};
    };
    static constexpr std::size_t most_timed = 1000;
    static constexpr const char* others = "other";

    ProbeMeans means();
    HealthMonitor::Sinks sinks();
    Task<> follow();
    std::vector<HealthTarget> targets() const;
    Task<ProbeFinding> ask_mcp(HealthTarget target);
    Task<std::optional<Vitals>> vitals_of(std::string server_id);
    Silence calls_of(const std::string& server_id) const;
    Task<ProbeFinding> run_command(HealthTarget target);
    Task<ProbeFinding> fetch(HealthTarget target);
    void record(const std::string& server_id, const HealthCheck& check);
    CheckTimes& times_of(const std::string& server_id);

    Supervisor& supervisor_;
    mcp::Sessions& sessions_;
    StateStore& store_;
    Commands commands_;
    outgoing::Client& outside_;
    std::map<std::string, CheckTimes> check_times_;  // by the server's id
    TaskGroup tasks_;
    RowBatch<ServerCheck> checks_;
    HealthMonitor monitor_;
};

/// What "auto" means for a server: a question on its session where it has one, else that it runs.
HealthKind settled_kind(const ServerSpec& spec, bool has_session);

}  // namespace mcpm
