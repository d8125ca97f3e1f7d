#include "agent/signals/signals.hpp"

#include "agent/observe/sources.hpp"
#include "agent/traces/settings.hpp"
#include "common/database_place.hpp"
#include "common/secret_values.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <utility>

namespace mcpm::signals {

namespace {

/// A text without what is secret by its value or by its shape: as in logs.
std::function<std::string(std::string)> cleaner(const LogStore& logs) {
    return [&logs](std::string text) { return wire::masked_text(logs.without_any_hidden(std::move(text))); };
}

Task<Result<std::string>> stored_secret(secrets::Vault& vault, std::string name) {
    const std::map<std::string, std::string> wanted{{"value", name}};
    const auto lent = co_await vault.lend("agent", wanted);
    if (!lent) co_return lent.error();
    co_return lent->at("value");
}

reports::ReportDesk::Means report_means(const Signals::Sources& sources) {
    reports::ReportDesk::Means means{sources.supervisor.events(), sources.client, sources.workers};
    means.clean = cleaner(sources.logs);
    means.secret = [&vault = sources.vault](std::string name) {
        return stored_secret(vault, std::move(name));
    };
    return means;
}

notify::Couriers::Means courier_means(const Signals::Sources& sources) {
    notify::Couriers::Means means{sources.client};
    means.desktop = sources.desktop;
    means.secret = [&vault = sources.vault](std::string name) {
        return stored_secret(vault, std::move(name));
    };
    return means;
}

notify::Labels labels_of(const Supervisor& supervisor, const std::string& server_id) {
    const auto server = supervisor.find(server_id);
    if (!server) return {};
    return {server->spec.labels.begin(), server->spec.labels.end()};
}

/// Of the folder with less.
Task<std::optional<std::uint64_t>> free_space(Workers& workers, std::filesystem::path data,
                                              std::filesystem::path elsewhere) {
    const auto here = co_await observe::free_bytes_of(workers, data);
    if (elsewhere == data) co_return here;
    const auto there = co_await observe::free_bytes_of(workers, elsewhere);
    co_return !here || (there && *there < *here) ? there : here;
}

notify::NotifyDesk::Means notify_means(const Signals::Sources& sources, const Config& config,
                                       const Paths& paths) {
    notify::NotifyDesk::Means means{sources.supervisor.events()};
    means.labels = [&supervisor = sources.supervisor](const std::string& server_id) {
        return labels_of(supervisor, server_id);
    };
    means.clean = cleaner(sources.logs);
    means.kept = paths.state / "notices.json";
    means.free_space = [&workers = sources.workers, data = paths.data,
                        elsewhere = database_of(paths, config).parent_path()] {
        return free_space(workers, data, elsewhere);
    };
    return means;
}

std::optional<std::string> variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// Null where the environment does not say where to.
std::unique_ptr<traces::Exporter> exporter(Loop& loop, const Config& config, const Signals::Sources& sources,
                                           const AgentLog& log) {
    std::vector<std::string> problems;  // said with those of all variables: common/environment_check.hpp
    auto settings = traces::read_settings(variable, problems);
    if (settings.url.empty()) return nullptr;
    auto made = std::make_unique<traces::Exporter>(loop, std::move(settings), sources.client,
                                                   cleaner(sources.logs), log);
    made->show_of(config.arguments.traced);
    return made;
}

std::unique_ptr<traces::MeasureExporter> measure_exporter(Loop& loop, const Signals::Sources& sources,
                                                          const AgentLog& log) {
    if (!sources.measures) return nullptr;
    std::vector<std::string> problems;
    auto settings = traces::read_measure_settings(variable, problems);
    if (settings.url.empty()) return nullptr;
    return std::make_unique<traces::MeasureExporter>(loop, std::move(settings), sources.client,
                                                     sources.measures, log);
}

}  // namespace

bool exports_measures() {
    std::vector<std::string> problems;
    return !traces::read_measure_settings(variable, problems).url.empty();
}

Signals::Signals(Loop& loop, const Config& config, const Paths& paths, const Sources& sources,
                 const AgentLog& log)
    : reports_(loop, config.reports, paths.state / "reports", report_means(sources), log),
      crashes_(crash_folder(paths.state), sources.workers, reports_),
      notify_(loop, config.notify, courier_means(sources), notify_means(sources, config, paths), log),
      traces_(exporter(loop, config, sources, log)),
      measures_(measure_exporter(loop, sources, log)) {}

void Signals::start() {
    notify_.start();
    reports_.start();
    if (traces_) traces_->start();
    if (measures_) measures_->start();
}

Task<> Signals::close() {
    co_await notify_.close();
    co_await reports_.close();
    if (traces_) co_await traces_->close();
    if (measures_) co_await measures_->close();
}

std::vector<metrics::Figure> Signals::figures() const {
    auto figures = figures_of(notify_.counts());
    for (auto& figure : figures_of(reports_.counts())) figures.push_back(std::move(figure));
    if (measures_) {
        figures.push_back({"mcpm_otlp_metrics_sent_total",
                           "exports of metrics that the receiver took",
                           true,
                           {},
                           measures_->sent()});
        figures.push_back({"mcpm_otlp_metrics_failed_total",
                           "exports of metrics that it did not take",
                           true,
                           {},
                           measures_->failed()});
    }
    if (!traces_) return figures;
    for (auto& figure : figures_of(traces_->counts())) figures.push_back(std::move(figure));
    return figures;
}

std::string Signals::lost_spans() const {
    if (!traces_) return {};
    const auto counts = traces_->counts();
    const std::array causes{std::pair{counts.refused, "the receiver refused"},
                            std::pair{counts.unreachable, "the receiver did not answer"},
                            std::pair{counts.full, "were more than may wait"}};
    std::string why;
    std::uint64_t lost = 0;
    for (const auto& [count, cause] : causes) {
        lost += count;
        if (count > 0) why += fmt::format("{}{} {}", why.empty() ? "" : ", ", count, cause);
    }
    return lost == 0 ? std::string() : fmt::format("{} spans of calls are not exported: {}", lost, why);
}

bool Signals::send_letter(std::string to, std::string subject, std::string text) {
    return notify_.send_letter(std::move(to), std::move(subject), std::move(text));
}

void Signals::report(const FailedRequest& failed) {
    reports::Report report;
    report.type = "request";
    report.message = failed.message;
    report.at = now_utc();
    report.tags = {
        {"component", "api"}, {"endpoint", failed.route}, {"method", failed.method}, {"code", failed.code}};
    reports_.take(std::move(report));
}

void Signals::report_fault(const std::string& what) {
    reports::Report report;
    report.type = "agent";
    report.message = what;
    report.at = now_utc();
    report.tags["component"] = "agent";
    reports_.take(std::move(report));
}

}  // namespace mcpm::signals
