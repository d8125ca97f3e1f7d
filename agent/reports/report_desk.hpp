// The room reports: errors are reported where that is set up. It may include outgoing and async. It never
// sends what was not cleaned.
//
// Reports the agent's errors when it was told where to: follows the events, keeps each report on disk until
// the receiver has it, and sends one at a time. Nothing waits for it. Owned by the root.
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/feed.hpp"
#include "agent/async/notifier.hpp"
#include "agent/async/offload.hpp"
#include "agent/async/task_group.hpp"
#include "agent/outgoing/client.hpp"
#include "agent/reports/limits.hpp"
#include "agent/reports/report.hpp"
#include "agent/reports/spool.hpp"
#include "common/error.hpp"
#include "common/event.hpp"
#include "common/signal_settings.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace mcpm::reports {

class ReportDesk {
  public:
    struct Means {
        Feed<Event>& events;
        outgoing::Client& client;
        Workers& workers;
        /// A text as it may leave this machine.
        std::function<std::string(std::string text)> clean = {};
        /// The value of a stored secret.
        std::function<Task<Result<std::string>>(std::string name)> secret = {};
    };

    ReportDesk(Loop& loop, ReportSettings settings, std::filesystem::path spool, Means means,
               const AgentLog& log);

    void start();
    Task<> close();

    /// Reports it when that is set up and the limits allow it.
    void take(Report report);
    /// Past the limits: somebody asked for it. unavailable when no DSN is set.
    Task<Result<>> take_asked(Report report);

    bool is_set_up() const { return !settings_.sentry_dsn.empty(); }
    struct Counts {
        std::uint64_t sent = 0, refused = 0, dropped = 0, left_out = 0;
    };
    Counts counts() const;

  private:
    Task<> follow();
    Task<> send_all();
    Task<std::optional<Duration>> send(Spool::Entry entry);
    Task<Result<Dsn>> dsn();
    Task<Result<>> keep(std::string envelope);
    std::string envelope_of(Report report) const;

    ReportSettings settings_;
    std::shared_ptr<const Spool> spool_;
    Means means_;
    const AgentLog& log_;
    Limits limits_;
    Counts counts_;
    std::size_t being_kept_ = 0;
    unsigned attempts_ = 0;
    bool trouble_said_ = false;
    Notifier kept_;
    TaskGroup tasks_;
};

}  // namespace mcpm::reports
