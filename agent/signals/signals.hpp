// The room signals: what leaves this machine on its own (notices, error reports, spans) meets what it is made
// of: events, labels of servers, stored secrets. It may include notify, reports, traces, outgoing,
// supervisor, observe, metrics, logs and secrets. It never decides what is worth sending: notify, reports and
// traces do.
#pragma once

#include "agent/async/agent_log.hpp"
#include "agent/async/offload.hpp"
#include "agent/logs/log_store.hpp"
#include "agent/notify/notify_desk.hpp"
#include "agent/outgoing/client.hpp"
#include "agent/reports/crashes.hpp"
#include "agent/reports/report_desk.hpp"
#include "agent/secrets/vault.hpp"
#include "agent/signals/figures.hpp"
#include "agent/supervisor/supervisor.hpp"
#include "agent/traces/exporter.hpp"
#include "agent/traces/measure_exporter.hpp"
#include "common/config_file.hpp"
#include "common/error.hpp"
#include "common/paths.hpp"
#include "common/wire.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::signals {

/// Whether the environment says where durations of calls go.
bool exports_measures();

/// A request that was answered with 500.
struct FailedRequest {
    std::string method, route;
    unsigned status = 0;
    std::string code, message;
};

class Signals {
  public:
    struct Sources {
        Supervisor& supervisor;
        outgoing::Client& client;
        Workers& workers;
        const LogStore& logs;  // which knows what is to be hidden
        secrets::Vault& vault;
        /// Durations of calls as they are now, for a collector that takes metrics. May be unset.
        std::function<std::vector<traces::Measure>()> measures = {};
        /// Shows a notice on the desktop; unset where that can't be done.
        std::function<Task<Result<>>(std::vector<std::string> arguments)> desktop = {};
    };

    /// All of `sources` outlives it.
    Signals(Loop& loop, const Config& config, const Paths& paths, const Sources& sources,
            const AgentLog& log);

    void start();
    Task<> close();

    /// Where notices go, the rules, and what became of those that were sent.
    wire::Json channels() const { return notify_.as_json(); }
    /// Sends a notice now to a channel, or to all; what each answered.
    Task<Result<wire::Json>> test(std::string channel) { return notify_.test(std::move(channel)); }
    /// Takes a letter; false when mail is not set up.
    bool send_letter(std::string to, std::string subject, std::string text);

    void report(const FailedRequest& failed);
    /// A bug of the agent that was caught.
    void report_fault(const std::string& what);

    /// Crashes of agents before this one, as JSON; and sending one of them.
    Task<Result<wire::Json>> crashes() { return crashes_.list(); }
    Task<Result<wire::Json>> send_crash(std::string name) { return crashes_.send(std::move(name)); }
    /// What people are told of the newest crash, once. Reads and writes small files: for the start alone.
    std::string crash_news() const { return crashes_.news(); }

    /// Who is told of calls; null: nobody looks at them.
    traces::Tracer* tracer() { return traces_.get(); }

    std::vector<metrics::Figure> figures() const;
    /// Of spans that were dropped, how many and why, in words; empty when none was.
    std::string lost_spans() const;

  private:
    reports::ReportDesk reports_;
    reports::Crashes crashes_;
    notify::NotifyDesk notify_;
    std::unique_ptr<traces::Exporter> traces_;
    std::unique_ptr<traces::MeasureExporter> measures_;
};

}  // namespace mcpm::signals
