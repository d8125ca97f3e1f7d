// What servers use: now, and over time.
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/stats_json.hpp"
#include "agent/door/answer.hpp"
#include "common/fields/stats_fields.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

#include <utility>

namespace mcpm::api {

namespace {

double milliseconds(std::chrono::microseconds time) {
    return static_cast<double>(time.count()) / 1000;
}

/// Of tools, by clients of the gateway and by this API, since the agent began.
wire::Json calls_json(const Rooms& rooms, const std::string& server_id) {
    std::uint64_t total = 0;
    std::uint64_t errors = 0;
    auto tools = wire::Json::array();
    if (const auto* const used = rooms.gateway.usage().of(server_id)) {
        for (const auto& [name, usage] : *used) {
            total += usage.calls;
            errors += usage.errors;
            const auto& took = usage.durations;
            const double average = milliseconds(took.total()) / static_cast<double>(usage.calls);
            tools.push_back(wire::Json{{fields::stats::name, name},
                                       {fields::stats::calls, usage.calls},
                                       {fields::stats::errors, usage.errors},
                                       {fields::stats::average_ms, average},
                                       {fields::stats::p50_ms, milliseconds(took.at(0.50))},
                                       {fields::stats::p95_ms, milliseconds(took.at(0.95))},
                                       {fields::stats::max_ms, milliseconds(took.most())}});
        }
    }
    return wire::Json{{fields::stats::total, total},
                      {fields::stats::errors, errors},
                      {fields::stats::in_flight, rooms.sessions.in_flight(server_id).size()},
                      {fields::stats::tools, std::move(tools)}};
}

wire::Json stats_json(const Rooms& rooms, const std::string& id, const ServerStatus& status) {
    wire::Json json;
    if (status.pid) json[fields::stats::pid] = *status.pid;
    if (const auto reading = rooms.desk.stats.newest(id)) json.update(reading_json(*reading));
    json[fields::stats::restarts] = status.restart_count;
    const auto log = rooms.logs.counters(id);
    json[fields::stats::log] = {{fields::stats::lines, log.lines},
                                {fields::stats::bytes, log.bytes},
                                {fields::stats::dropped_lines, log.dropped_lines},
                                {fields::stats::dropped_bytes, log.dropped_bytes}};
    json[fields::stats::calls] = calls_json(rooms, id);
    return json;
}

}  // namespace

Task<http::Response> show_stats(Rooms& rooms, http::Request& request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    auto& stats = rooms.desk.stats;
    co_await stats.look();
    auto json = stats_json(rooms, server->id, server->status);
    if (const auto asked = request.parameter("range")) {
        const auto range = stats_range_of(*asked);
        const auto points = co_await stats.history(server->id, range.step, now_utc() - range.length);
        if (!points) co_return failure(points.error());
        json[fields::stats::history] = stats_history_json(range, *points);
    }
    co_return success(json);
}

Task<http::Response> list_stats(Rooms& rooms, http::Request&) {
    co_await rooms.desk.stats.look();
    auto data = wire::Json::array();
    for (const auto& server : rooms.supervisor.outlines()) {
        wire::Json json{{fields::stats::id, server.id}, {fields::stats::name, server.spec->name}};
        json.update(stats_json(rooms, server.id, server.status));
        data.push_back(std::move(json));
    }
    co_return success(data);
}

}  // namespace mcpm::api
