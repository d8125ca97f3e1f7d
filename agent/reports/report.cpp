#include "agent/reports/report.hpp"

#include "common/environment_check.hpp"
#include "common/error_details.hpp"
#include "common/event_type.hpp"
#include "common/units.hpp"
#include "common/url.hpp"
#include "common/whole_characters.hpp"
#include "common/wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mcpm::reports {

namespace {

using wire::Json;

constexpr std::size_t longest_message = 8192;
constexpr std::size_t longest_tag = 200;
constexpr std::size_t most_frames = 100;

struct Kind {
    EventType event;
    std::string_view type;
    Severity severity;
    std::string_view component;
};
constexpr std::array kinds{
    Kind{EventType::server_start_failed, "start-failed", Severity::error, "supervisor"},
    Kind{EventType::server_crash_loop, "crash-loop", Severity::fatal, "supervisor"},
    Kind{EventType::server_stop_failed, "stop-failed", Severity::error, "supervisor"},
    Kind{EventType::agent_fault, "agent", Severity::error, "supervisor"},
    Kind{EventType::agent_upgrade_failed, "agent", Severity::error, "keeper"},
};

/// Sentry has the outermost first.
Json frames_json(const std::vector<Frame>& frames) {
    auto json = Json::array();
    const auto count = std::min(frames.size(), most_frames);
    for (std::size_t i = count; i-- > 0;) {
        const auto& frame = frames[i];
        json.push_back({{"package", frame.module},
                        {"instruction_addr", fmt::format("{:#x}", frame.address)},
                        {"function", fmt::format("{}+{:#x}", frame.module, frame.offset)}});
    }
    return json;
}

}  // namespace

Result<Dsn> read_dsn(std::string_view text) {
    const auto url = split_url(text);
    if (!url || !is_sentry_dsn(text))
        return Error{ErrorCode::validation_error,
                     "sentry.dsn: an address as https://KEY@host/PROJECT is expected"};
    const auto slash = url->rest.rfind('/');
    Dsn dsn;
    dsn.public_key = url->user->substr(0, url->user->find(':'));
    dsn.url = origin_of_url(text) + std::string(url->rest.substr(0, slash)) + "/api/" +
              std::string(url->rest.substr(slash + 1)) + "/envelope/";
    return dsn;
}

std::string_view wire_name(Severity severity) {
    constexpr std::array<std::string_view, 3> names{"warning", "error", "fatal"};
    return names[static_cast<std::size_t>(severity)];
}

std::optional<Report> report_of(const Event& event) {
    const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                   [&](const Kind& one) { return name_of(one.event) == event.type; });
    if (kind == kinds.end()) return std::nullopt;
    Report report;
    report.type = kind->type;
    report.severity = kind->severity;
    report.message = event.message;
    report.at = event.at;
    report.tags["component"] = kind->component;
    // The stage of a failed start says more than the rest.
    if (auto stage = ErrorDetails(event.detail).text(Detail::stage); !stage.empty())
        report.tags["stage"] = std::move(stage);
    return report;
}

std::string write_envelope(const Report& report, const Origin& origin, std::string_view id, Timestamp now) {
    Json exception{{"type", report.type}, {"value", whole_characters(report.message, longest_message)}};
    if (!report.frames.empty()) exception["stacktrace"] = {{"frames", frames_json(report.frames)}};
    Json event{{"event_id", id},
               {"timestamp", format_time(report.at)},
               {"platform", "native"},
               {"level", wire_name(report.severity)},
               {"logger", "mcpmd"},
               {"release", report.release.empty() ? origin.release : report.release},
               {"environment", origin.environment},
               {"exception", {{"values", Json::array({std::move(exception)})}}},
               {"contexts", {{"os", {{"name", origin.os}}}}}};
    for (const auto& [name, value] : report.tags) event["tags"][name] = whole_characters(value, longest_tag);
    const std::string body = wire::to_text(event);
    const Json head{{"event_id", id}, {"sent_at", format_time(now)}};
    const Json item{{"type", "event"}, {"length", body.size()}, {"content_type", "application/json"}};
    return wire::to_text(head) + "\n" + wire::to_text(item) + "\n" + body + "\n";
}

std::string auth_header(const Dsn& dsn) {
    return "Sentry sentry_version=7, sentry_client=mcpm/" MCPM_VERSION ", sentry_key=" + dsn.public_key;
}

}  // namespace mcpm::reports
