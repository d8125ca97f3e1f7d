// What leaves this machine on its own, introduced to the rooms: notices and error reports.
#include "agent/agent_rooms.hpp"
#include "agent/launch/desktop.hpp"
#include "agent/observe/sources.hpp"
#include "agent/packages/find_program.hpp"
#include "common/secret_values.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace mcpm {

/// Without what is secret by its value or by its shape: as in logs.
std::string Agent::Rooms::fit_to_leave(std::string text) const {
    return wire::masked_text(logs->without_any_hidden(std::move(text)));
}

Task<Result<std::string>> Agent::Rooms::stored_secret(std::string name) {
    auto asking = vault->lend("agent", {{"value", name}});
    const auto lent = co_await std::move(asking);
    if (!lent) co_return lent.error();
    co_return lent->at("value");
}

void Agent::Rooms::open_signals() {
    reports::ReportDesk::Means reporting{supervisor->events(), remotes->client(), workers};
    reporting.clean = [this](std::string text) { return fit_to_leave(std::move(text)); };
    reporting.secret = [this](std::string name) { return stored_secret(std::move(name)); };
    reports = std::make_unique<reports::ReportDesk>(
        loop, options.config.reports, options.paths.state / "reports", std::move(reporting), log);
    push_closer("reports", reports);
    crashes = std::make_unique<reports::Crashes>(crash_folder(options.paths.state), workers, *reports);
    notify::Couriers::Means couriers{remotes->client()};
    const char* const path = std::getenv("PATH");
    if (const auto program = find_program("notify-send", path == nullptr ? "/usr/bin:/bin" : path)) {
        couriers.desktop = [this, program = *program](std::vector<std::string> arguments) {
            return show_on_desktop(loop, *keeper, program, std::move(arguments));
        };
    }
    couriers.secret = [this](std::string name) { return stored_secret(std::move(name)); };
    notify::NotifyDesk::Means means{supervisor->events()};
    means.labels = [this](const std::string& server_id) {
        const auto server = supervisor->find(server_id);
        return server ? notify::Labels(server->spec.labels.begin(), server->spec.labels.end())
                      : notify::Labels();
    };
    means.clean = [this](std::string text) { return fit_to_leave(std::move(text)); };
    means.kept = options.paths.state / "notices.json";
    means.free_space = [this] { return observe::free_bytes_of(workers, options.paths.data); };
    notify = std::make_unique<notify::NotifyDesk>(loop, options.config.notify, std::move(couriers),
                                                  std::move(means), log);
    push_closer("notify", notify);
}

void Agent::Rooms::report_fault(const std::string& what) {
    log.error(what);
    if (desk) desk->errors.note("agent", observe::Severity::error, what, now_utc(), Clock::now());
    if (!reports) return;
    reports::Report report;
    report.type = "agent";
    report.message = what;
    report.at = now_utc();
    report.tags["component"] = "agent";
    reports->take(std::move(report));
}

api::SignalsControl Agent::Rooms::signals() {
    api::SignalsControl control;
    control.channels = [this] { return notify->as_json(); };
    control.test = [this](std::string channel) { return notify->test(std::move(channel)); };
    control.mail = [this](std::string to, std::string subject, std::string text) {
        return notify->send_letter(std::move(to), std::move(subject), std::move(text));
    };
    control.request_failed = [this](const api::FailedRequest& failed) {
        reports::Report report;
        report.type = "request";
        report.message = failed.message;
        report.at = now_utc();
        report.tags = {{"component", "api"},
                       {"endpoint", failed.route},
                       {"method", failed.method},
                       {"code", failed.code}};
        reports->take(std::move(report));
    };
    control.crashes = [this] { return crashes->list(); };
    control.send_crash = [this](std::string name) { return crashes->send(std::move(name)); };
    control.figures = [this] {
        std::vector<api::Figure> figures;
        const auto each = [&](const char* name, const char* help, bool is_counter, auto value) {
            for (const auto& counts : notify->counts())
                figures.push_back({name,
                                   help,
                                   is_counter,
                                   {{"channel", std::string(wire_name(counts.channel))}},
                                   counts.*value});
        };
        using Counts = notify::NotifyDesk::Counts;
        each("mcpm_notify_sent_total", "messages that a channel took", true, &Counts::sent);
        each("mcpm_notify_failed_total", "messages given up", true, &Counts::failed);
        each("mcpm_notify_dropped_total", "notices dropped, for too many waited", true, &Counts::dropped);
        each("mcpm_notify_waiting", "messages and notices that wait", false, &Counts::waiting);
        const auto sent = reports->counts();
        figures.push_back(
            {"mcpm_reports_sent_total", "error reports that the receiver took", true, {}, sent.sent});
        figures.push_back({"mcpm_reports_refused_total", "error reports it refused", true, {}, sent.refused});
        figures.push_back({"mcpm_reports_dropped_total",
                           "error reports dropped, for too many waited or the disk refused",
                           true,
                           {},
                           sent.dropped});
        figures.push_back({"mcpm_reports_left_out_total",
                           "errors not reported: the same again, or too many",
                           true,
                           {},
                           sent.left_out});
        return figures;
    };
    return control;
}

}  // namespace mcpm
