// What servers use, over time: one look a minute while nobody asks, and one whenever somebody does, at most
// one a second. All servers are looked at together. Looks go to the store in batches. While no server runs
// it sleeps until one does.
// Owned by the root; knows servers only as what its sources tell.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/async/offload.hpp"
#include "agent/async/task_group.hpp"
#include "agent/observe/stats_meter.hpp"
#include "agent/store/history_store.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::observe {

/// A server that runs.
struct Subject {
    std::string server_id;
    std::uint64_t run = 0;
    std::vector<pid_t> pids = {};  // the first process of each of its runs
    bool is_container = false;
    std::uint64_t calls = 0, errors = 0;
};

struct ContainerLook {
    ProcessUsage usage = {};
    std::uint64_t received_bytes = 0, sent_bytes = 0;
};

struct StatsSources {
    std::function<std::vector<Subject>()> subjects;
    std::function<bool(const std::string& server_id)> is_defined;
    /// Nothing when the engine does not say.
    std::function<Task<std::optional<ContainerLook>>(std::string server_id)> container;
    /// Completes as soon as a server runs.
    std::function<Task<>()> somebody_runs;
};

class StatsWatch {
  public:
    struct Pace {
        Clock::duration unwatched = std::chrono::minutes(1);
        Clock::duration watched = std::chrono::milliseconds(900);  // between two looks that are asked for
        Clock::duration memory = std::chrono::seconds(50);         // between two looks at all pages
        Clock::duration stored = std::chrono::seconds(10);         // how long a look waits for others
        Clock::duration new_memory = std::chrono::seconds(5);    // as memory, while one of a run is not known
        Clock::duration first = std::chrono::milliseconds(250);  // a new run's first CPU time in percent
    };

    StatsWatch(Loop& loop, Workers& workers, HistoryStore& history, StatsSources sources);
    StatsWatch(Loop& loop, Workers& workers, HistoryStore& history, StatsSources sources, Pace pace,
               TaskGroup::Report report = {});

    void start();
    /// Returns when what newest() says is of now. Of a run that nobody has looked at before that is after two
    /// looks: there is no CPU time in percent without a span.
    Task<> look();
    /// Nothing when it does not run, or was not looked at yet.
    std::optional<Reading> newest(const std::string& server_id) const { return meter_.newest(server_id); }
    Task<Result<std::vector<StatsPoint>>> history(std::string server_id, StatsStep step, Timestamp since);
    /// Looks that were never stored.
    std::uint64_t lost() const { return lost_; }
    Task<> close();

  private:
    Task<> run();
    Task<> measure();
    Task<> take_all();
    bool is_new(const Subject& subject) const;
    Depth depth_for(const std::vector<Subject>& subjects);
    template <typename Says>
    bool all_say(const Says& says) const;
    Task<> store();
    void keep_within_bounds();

    Workers& workers_;
    HistoryStore& history_;
    StatsSources sources_;
    Pace pace_;
    StatsMeter meter_;
    std::set<std::pair<std::string, std::uint64_t>> silent_;  // runs that the newest look said nothing of
    std::vector<ServerStats> waiting_;
    std::uint64_t lost_ = 0;
    bool is_measuring_ = false;
    std::optional<Clock::time_point> measured_, looked_at_memory_;
    Clock::time_point stored_ = Clock::now();
    Notifier measured_now_;
    TaskGroup tasks_;
};

}  // namespace mcpm::observe
