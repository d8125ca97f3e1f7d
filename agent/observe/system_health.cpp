#include "agent/observe/system_health.hpp"

#include "common/fields/health_fields.hpp"
#include "common/units.hpp"

#include <algorithm>
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
    Json json{{fields::health::version, application.version},
              {fields::health::pid, application.pid},
              {fields::health::started_at, format_time(application.started_at)},
              {fields::health::uptime, static_cast<std::int64_t>(uptime)},
              {fields::health::memory_bytes, application.memory_bytes},
              {fields::health::cpu_seconds, rounded(application.cpu_seconds, 100)}};
    if (uptime >= 1) json[fields::health::cpu_percent] = rounded(application.cpu_seconds / uptime * 100, 100);
    return json;
}

Json servers_json(const ServerCounts& servers) {
    Json json{{fields::health::total, servers.total},     {fields::health::running, servers.running},
              {fields::health::stopped, servers.stopped}, {fields::health::error, servers.failed},
              {fields::health::healthy, servers.healthy}, {fields::health::unhealthy, servers.unhealthy},
              {fields::health::unknown, servers.unknown}};
    const auto judged = servers.healthy + servers.unhealthy;
    // Rounded down: one that is not well is never 100 %.
    if (judged > 0) {
        const std::uint64_t thousandths = servers.healthy * 1000 / judged;
        json[fields::health::healthy_percent] = static_cast<double>(thousandths) / 10;
    }
    return json;
}

Json check_json(const Check& check) {
    Json json{{fields::health::status, name_of(check.condition)}};
    if (check.took) json[fields::health::response_time] = static_cast<double>(check.took->count()) / 1000;
    if (!check.message.empty()) json[fields::health::message] = check.message;
    return json;
}

Json infrastructure_json(const SystemFacts& facts) {
    Json json = Json::object();
    for (const auto& [name, check] : facts.checks) json[std::string(name)] = check_json(check);
    if (facts.space) {
        json[fields::health::disk_space][fields::health::path] = facts.space->path;
        json[fields::health::disk_space][fields::health::free_bytes] = facts.space->free_bytes;
        json[fields::health::disk_space][fields::health::total_bytes] = facts.space->total_bytes;
    }
    if (!facts.engine.empty()) json[fields::health::container_engine][fields::health::engine] = facts.engine;
    return json;
}

/// Of an agent that runs for less than a minute, over the time that it runs.
double seconds_counted(const SystemFacts& facts) {
    const std::chrono::duration<double> up = facts.now - facts.application.started_at;
    return std::clamp(up.count(), 1.0, 60.0);
}

Json pace_json(const Pace& pace, double seconds) {
    Json json{{fields::health::total, pace.total},
              {fields::health::failed, pace.failed},
              {fields::health::per_second, rounded(static_cast<double>(pace.last_minute) / seconds, 100)}};
    if (pace.p50) json[fields::health::p50] = *pace.p50;
    if (pace.p95) json[fields::health::p95] = *pace.p95;
    if (pace.p99) json[fields::health::p99] = *pace.p99;
    return json;
}

Json errors_json(const SystemFacts& facts) {
    Json json{{fields::health::total, facts.errors},
              {fields::health::per_minute, facts.errors_last_minute},
              {fields::health::critical, facts.critical}};
    json[fields::health::top] = Json::array();
    for (const auto& kind : facts.top) {
        json[fields::health::top].push_back({{fields::health::type, kind.type},
                                             {fields::health::severity, severity_name(kind.severity)},
                                             {fields::health::count, kind.count},
                                             {fields::health::last_at, format_time(kind.last_at)},
                                             {fields::health::last, kind.last}});
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
    return {{fields::health::status, name_of(judge(facts))},
            {fields::health::checked_at, format_time(facts.now)},
            {fields::health::application, application_json(facts)},
            {fields::health::servers, servers_json(facts.servers)},
            {fields::health::infrastructure, infrastructure_json(facts)},
            {fields::health::performance,
             {{fields::health::requests, pace_json(facts.requests, seconds_counted(facts))},
              {fields::health::calls, pace_json(facts.calls, seconds_counted(facts))}}},
            {fields::health::errors, errors_json(facts)}};
}

}  // namespace mcpm::observe
