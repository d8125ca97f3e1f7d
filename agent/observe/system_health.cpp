#include "agent/observe/system_health.hpp"

#include "common/units.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mcpm::observe {

namespace {

using wire::Json;

double rounded(double value, double parts) {
    return std::round(value * parts) / parts;
}

Json application_json(const SystemFacts& facts) {
    const auto& application = facts.application;
    const auto uptime =
        std::max(std::chrono::duration<double>(facts.now - application.started_at).count(), 0.0);
    Json json{{"version", application.version},
              {"pid", application.pid},
              {"startedAt", format_time(application.started_at)},
              {"uptime", static_cast<std::int64_t>(uptime)},
              {"memoryBytes", application.memory_bytes},
              {"cpuSeconds", rounded(application.cpu_seconds, 100)}};
    if (uptime >= 1) json["cpuPercent"] = rounded(application.cpu_seconds / uptime * 100, 100);
    return json;
}

Json servers_json(const ServerCounts& servers) {
    Json json{{"total", servers.total},    {"running", servers.running}, {"stopped", servers.stopped},
              {"error", servers.failed},   {"healthy", servers.healthy}, {"unhealthy", servers.unhealthy},
              {"unknown", servers.unknown}};
    const auto judged = servers.healthy + servers.unhealthy;
    // Rounded down: one that is not well is never 100 %.
    if (judged > 0) {
        const std::uint64_t thousandths = servers.healthy * 1000 / judged;
        json["healthyPercent"] = static_cast<double>(thousandths) / 10;
    }
    return json;
}

Json check_json(const Check& check) {
    Json json{{"status", condition_name(check.condition)}};
    if (check.took) json["responseTime"] = static_cast<double>(check.took->count()) / 1000;
    if (!check.message.empty()) json["message"] = check.message;
    return json;
}

Json infrastructure_json(const SystemFacts& facts) {
    Json json = Json::object();
    for (const auto& [name, check] : facts.checks) json[std::string(name)] = check_json(check);
    if (facts.space) {
        json["diskSpace"]["path"] = facts.space->path;
        json["diskSpace"]["freeBytes"] = facts.space->free_bytes;
        json["diskSpace"]["totalBytes"] = facts.space->total_bytes;
    }
    if (!facts.engine.empty()) json["containerEngine"]["engine"] = facts.engine;
    return json;
}

Json pace_json(const Pace& pace) {
    Json json{{"total", pace.total},
              {"failed", pace.failed},
              {"perSecond", rounded(static_cast<double>(pace.last_minute) / 60, 100)}};
    if (pace.p50) json["p50"] = *pace.p50;
    if (pace.p95) json["p95"] = *pace.p95;
    if (pace.p99) json["p99"] = *pace.p99;
    return json;
}

Json errors_json(const SystemFacts& facts) {
    Json json{{"total", facts.errors}, {"perMinute", facts.errors_last_minute}, {"critical", facts.critical}};
    json["top"] = Json::array();
    for (const auto& kind : facts.top) {
        json["top"].push_back({{"type", kind.type},
                               {"severity", severity_name(kind.severity)},
                               {"count", kind.count},
                               {"lastAt", format_time(kind.last_at)},
                               {"last", kind.last}});
    }
    return json;
}

}  // namespace

void ServerCounts::add(const ServerStatus& status) {
    ++total;
    const bool has_failed = status.state == ServerState::failed || status.state == ServerState::waiting;
    if (has_failed) ++failed;
    if (status.state == ServerState::stopped) ++stopped;
    if (status.state != ServerState::running) return;
    ++running;
    ++(status.health == Health::healthy ? healthy : status.health == Health::unhealthy ? unhealthy : unknown);
}

std::string_view condition_name(Condition condition) {
    constexpr std::array<std::string_view, 4> names{"healthy", "degraded", "unhealthy", "idle"};
    return names.at(static_cast<std::size_t>(condition));
}

Condition judge(const SystemFacts& facts) {
    const auto is = [&](Condition condition) {
        return std::any_of(facts.checks.begin(), facts.checks.end(),
                           [&](const auto& check) { return check.second.condition == condition; });
    };
    if (is(Condition::unhealthy)) return Condition::unhealthy;
    const bool is_troubled = facts.servers.unhealthy > 0 || facts.servers.failed > 0;
    return is(Condition::degraded) || is_troubled ? Condition::degraded : Condition::healthy;
}

Json system_health_json(const SystemFacts& facts) {
    return {{"status", condition_name(judge(facts))},
            {"checkedAt", format_time(facts.now)},
            {"application", application_json(facts)},
            {"servers", servers_json(facts.servers)},
            {"infrastructure", infrastructure_json(facts)},
            {"performance", {{"requests", pace_json(facts.requests)}, {"calls", pace_json(facts.calls)}}},
            {"errors", errors_json(facts)}};
}

}  // namespace mcpm::observe
