// How a server is: why, runs.
#include "agent/api/endpoints.hpp"
#include "agent/api/log_reading.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/query.hpp"
#include "agent/door/answer.hpp"
#include "common/fields/log_line_fields.hpp"
#include "common/fields/why_fields.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

#include <utility>

namespace mcpm::api {

namespace {

constexpr std::uint64_t last_lines = 20;

wire::Json in_flight_json(const std::vector<mcp::CallInFlight>& calls) {
    auto json = wire::Json::array();
    for (const auto& call : calls) {
        json.push_back({{fields::why::method, call.method},
                        {fields::why::name, call.name},
                        {fields::why::since, format_time(call.since)}});
    }
    return json;
}

wire::Json why_json(const WhyFacts& facts) {
    wire::Json json;
    json[fields::why::server] = wire::from_view(facts.view);
    if (!facts.cause_code.empty()) json[fields::why::code] = facts.cause_code;
    if (!facts.cause.empty()) json[fields::why::cause] = facts.cause;
    if (!facts.advice.empty()) json[fields::why::advice] = facts.advice;
    json[fields::why::runs] = wire::Json::array();
    for (const auto& run : facts.runs) json[fields::why::runs].push_back(wire::from_run(run));
    return json;
}

/// The last lines of the server's last run; none when there is no log yet.
Task<wire::Json> last_lines_of(Rooms& rooms, ServerView server) {
    if (server.status.run == 0) co_return wire::Json::array();
    LogRequest asked;
    asked.query.tail = last_lines;
    asked.query.run = static_cast<std::int64_t>(server.status.run);
    asked.query.notes = false;
    const auto text = co_await read_for_envelope(rooms, rooms.logs.folder_of(server.id), std::move(asked));
    if (!text) co_return wire::Json::array();
    const auto json = wire::parse(*text);
    if (!json) co_return wire::Json::array();
    co_return json->at(fields::log_line::lines);
}

}  // namespace

Task<http::Response> show_why(Rooms& rooms, http::Request& request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    const auto facts = co_await rooms.supervisor.why(server->id);
    if (!facts) co_return failure(facts.error());
    auto json = why_json(*facts);
    json[fields::why::last_lines] = co_await last_lines_of(rooms, facts->view);
    json[fields::why::in_flight] = in_flight_json(rooms.sessions.in_flight(server->id));
    json[fields::why::notes] = facts->notes;
    if (auto lost = rooms.signals.lost_spans(); !lost.empty())
        json[fields::why::notes].push_back(std::move(lost));
    co_return success(json);
}

Task<http::Response> list_runs(Rooms& rooms, http::Request& request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    const auto limit = static_cast<unsigned>(count(request, "limit", 20, 1000));
    const auto runs = co_await rooms.store.load_runs(server->id, limit);
    if (!runs) co_return failure(runs.error());
    auto data = wire::Json::array();
    for (const auto& run : *runs) data.push_back(wire::from_run(run));
    co_return success(data);
}

}  // namespace mcpm::api
