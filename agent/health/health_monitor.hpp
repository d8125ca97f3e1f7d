// Watches the servers that run: each is looked at in its own interval, with a deadline, and what was found is
// judged, reported and recorded. Told which servers run (watch), it never starts, stops or restarts one.
// Between two checks it does nothing.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/async/task_group.hpp"
#include "agent/health/probe.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace mcpm {

class HealthMonitor {
  public:
    struct Sinks {
        /// The verdict after a check; called for every one while the server is unhealthy, else when it
        /// changes.
        std::function<void(const std::string& server_id, std::uint64_t run, Health, std::string why)> report;
        std::function<void(const std::string& server_id, const HealthCheck&)> record;
    };

    HealthMonitor(Loop& loop, ProbeMeans means, Sinks sinks, TaskGroup::Report report = {});

    /// All that are to be watched from now on: new ones are looked at at once, others are let go, those that
    /// are as they were stay undisturbed.
    void watch(std::vector<HealthTarget> targets);

    /// The last check of the run that is watched.
    std::optional<HealthCheck> last_check(const std::string& server_id) const;
    /// Resumes at the next check of any server, when other servers are watched, or after `limit`.
    Task<> news(Clock::duration limit);
    std::size_t watched() const { return watched_.size(); }

    Task<> close();

  private:
    struct Watched;
    Task<> follow(std::shared_ptr<Watched> server);
    Task<HealthCheck> look(std::shared_ptr<Watched> server);

    Loop& loop_;
    ProbeMeans means_;
    Sinks sinks_;
    std::map<std::string, std::shared_ptr<Watched>> watched_;  // by server id
    std::minstd_rand dice_{std::random_device{}()};
    Notifier news_;
    TaskGroup tasks_;
};

}  // namespace mcpm
