// What the agent says of its own pace and calls: spans of OpenTelemetry, where the environment says where to
// (without it nobody looks at calls), and figures for /metrics of rooms that the API does not know.
#include "agent/agent_rooms.hpp"
#include "agent/traces/settings.hpp"
#include "common/secret_values.hpp"

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

namespace mcpm {

void Agent::Rooms::open_traces() {
    const auto variable = [](const char* name) -> std::optional<std::string> {
        const char* const value = std::getenv(name);
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
    std::vector<std::string> problems;
    auto settings = traces::read_settings(variable, problems);
    for (auto& problem : problems) announcements.note(std::move(problem));
    if (settings.url.empty()) return;
    // As in logs: without what is secret by its value or by its shape.
    auto clean = [this](std::string text) {
        return wire::masked_text(logs->without_any_hidden(std::move(text)));
    };
    traces = std::make_unique<traces::Exporter>(loop, std::move(settings), remotes->client(),
                                                std::move(clean), log);
    push_closer("traces", traces);
    traces->start();
}

std::vector<metrics::Figure> Agent::Rooms::trace_figures() const {
    if (!traces) return {};
    const auto counts = traces->counts();
    const std::string dropped = "mcpm_traces_dropped_total";
    const std::string why = "spans dropped, by cause: too many waited, the receiver refused them, no answer";
    return {{"mcpm_traces_sent_total", "spans that the receiver took", true, {}, counts.sent},
            {dropped, why, true, {{"cause", "queue_full"}}, counts.full},
            {dropped, why, true, {{"cause", "refused"}}, counts.refused},
            {dropped, why, true, {{"cause", "unreachable"}}, counts.unreachable},
            {"mcpm_traces_queue_length", "spans that wait now", false, {}, counts.waiting}};
}

std::vector<metrics::HistogramFigure> Agent::Rooms::own_times() {
    const std::string checks = "mcpm_health_check_duration_seconds";
    const std::string how_long = "how long checks of servers' health took, by what they found";
    return {
        {"mcpm_event_loop_lag_seconds",
         "how late the agent's loop was; looked at while somebody reads it, and a minute longer",
         {},
         &loop_lag->read()},
        {"mcpm_keeper_answer_seconds", "how long answers of the keeper took", {}, &keeper->answer_times()},
        {checks, how_long, {{"outcome", "good"}}, &health->good_checks()},
        {checks, how_long, {{"outcome", "failed"}}, &health->failed_checks()}};
}

}  // namespace mcpm
