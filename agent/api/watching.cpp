// How a server is: why, runs, what it uses.
#include "agent/api/endpoints.hpp"
#include "agent/api/log_reading.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/process_usage.hpp"
#include "agent/api/query.hpp"
#include "agent/door/answer.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

#include <utility>

namespace mcpm::api {

namespace {

constexpr std::uint64_t last_lines = 20;

wire::Json in_flight_json(const std::vector<mcp::CallInFlight>& calls) {
    auto json = wire::Json::array();
    for (const auto& call : calls) {
        json.push_back({{"method", call.method}, {"name", call.name}, {"since", format_time(call.since)}});
    }
    return json;
}

wire::Json why_json(const WhyFacts& facts) {
    wire::Json json;
    json["server"] = wire::from_view(facts.view);
    if (!facts.cause_code.empty()) json["code"] = facts.cause_code;
    if (!facts.cause.empty()) json["cause"] = facts.cause;
    if (!facts.advice.empty()) json["advice"] = facts.advice;
    json["runs"] = wire::Json::array();
    for (const auto& run : facts.runs) json["runs"].push_back(wire::from_run(run));
    return json;
}

/// The last lines of the server's last run; none when there is no log yet.
Task<wire::Json> last_lines_of(Rooms& rooms, ServerView server) {
    if (server.status.run == 0) co_return wire::Json::array();
    LogRequest asked;
    asked.query.tail = last_lines;
    asked.query.run = static_cast<std::int64_t>(server.status.run);
    asked.query.notes = false;
    auto reading = read_for_envelope(rooms, rooms.logs.folder_of(server.id), std::move(asked));
    const auto text = co_await std::move(reading);
    if (!text) co_return wire::Json::array();
    const auto json = wire::parse(*text);
    if (!json) co_return wire::Json::array();
    co_return json->at("lines");
}

}  // namespace

Task<http::Response> show_why(Rooms& rooms, http::Request request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    auto asking = rooms.supervisor.why(server->id);
    const auto facts = co_await std::move(asking);
    if (!facts) co_return failure(facts.error());
    auto json = why_json(*facts);
    auto reading = last_lines_of(rooms, facts->view);
    json["lastLines"] = co_await std::move(reading);
    json["inFlight"] = in_flight_json(rooms.sessions.in_flight(server->id));
    json["notes"] = facts->notes;
    co_return success(json);
}

Task<http::Response> list_runs(Rooms& rooms, http::Request request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    const auto limit = static_cast<unsigned>(count(request, "limit", 20, 1000));
    auto loading = rooms.store.load_runs(server->id, limit);
    const auto runs = co_await std::move(loading);
    if (!runs) co_return failure(runs.error());
    auto data = wire::Json::array();
    for (const auto& run : *runs) data.push_back(wire::from_run(run));
    co_return success(data);
}

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
            tools.push_back(wire::Json{{"name", name},
                                       {"calls", usage.calls},
                                       {"errors", usage.errors},
                                       {"averageMs", average},
                                       {"p50Ms", milliseconds(took.at(0.50))},
                                       {"p95Ms", milliseconds(took.at(0.95))},
                                       {"maxMs", milliseconds(took.most())}});
        }
    }
    return wire::Json{{"total", total},
                      {"errors", errors},
                      {"inFlight", rooms.sessions.in_flight(server_id).size()},
                      {"tools", std::move(tools)}};
}

}  // namespace

Task<http::Response> show_stats(Rooms& rooms, http::Request request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    wire::Json json;
    if (server->status.pid) {
        json["pid"] = *server->status.pid;
        auto work = [pid = *server->status.pid] { return usage_of_session(pid); };
        auto looking = offload(rooms.workers, std::move(work));
        const auto usage = co_await std::move(looking);
        if (usage) {
            json["memoryBytes"] = usage->memory_bytes;
            json["cpuSeconds"] = usage->cpu_seconds;
            json["processes"] = usage->processes;
        }
    }
    json["restarts"] = server->status.restart_count;
    const auto log = rooms.logs.counters(server->id);
    json["log"] = {{"lines", log.lines},
                   {"bytes", log.bytes},
                   {"droppedLines", log.dropped_lines},
                   {"droppedBytes", log.dropped_bytes}};
    json["calls"] = calls_json(rooms, server->id);
    co_return success(json);
}

}  // namespace mcpm::api
