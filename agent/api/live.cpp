// GET /ws, and what is told there.
#include "agent/api/live.hpp"

#include "agent/api/endpoints.hpp"
#include "agent/api/log_tail.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/query.hpp"
#include "agent/door/answer.hpp"
#include "agent/door/revocation.hpp"
#include "common/fields/stats_fields.hpp"
#include "common/units.hpp"

#include <utility>

namespace mcpm::api {

namespace {

wire::Json calls_of(const Rooms& rooms, const std::string& server_id) {
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;
    if (const auto* const used = rooms.gateway.usage().of(server_id)) {
        for (const auto& [name, usage] : *used) {
            calls += usage.calls;
            errors += usage.errors;
        }
    }
    return {{fields::stats::calls, calls}, {fields::stats::errors, errors}};
}

live::Sample sample_of(const Rooms& rooms, const std::string& server_id, const observe::Reading& reading) {
    wire::Json json{{fields::stats::id, server_id}};
    if (reading.cpu_percent) json[fields::stats::cpu_percent] = *reading.cpu_percent;
    json[fields::stats::memory_bytes] = reading.look.usage.memory_bytes;
    json[fields::stats::processes] = reading.look.usage.processes;
    json.update(calls_of(rooms, server_id));
    json[fields::stats::at] = format_time(reading.at);
    return {server_id, wire::to_text(json)};
}

/// One look at all processes for all servers.
Task<std::vector<live::Sample>> sample(Rooms& rooms) {
    co_await rooms.desk.stats.look();
    std::vector<live::Sample> samples;
    for (const auto& server : rooms.supervisor.outlines()) {
        const auto reading = rooms.desk.stats.newest(server.id);
        if (reading) samples.push_back(sample_of(rooms, server.id, *reading));
    }
    co_return samples;
}

Task<> for_ever() {
    for (;;) co_await sleep_for(std::chrono::hours(24));
}

}  // namespace

live::HubSources live_sources(Rooms& rooms) {
    live::HubSources sources;
    sources.server = [&rooms](const std::string& server_id) -> std::optional<std::string> {
        const auto server = rooms.supervisor.find(server_id);
        if (!server || server->id != server_id) return std::nullopt;
        return wire::to_text(shown_server(rooms, *server));
    };
    sources.find = [&rooms](std::string_view id_or_name) -> Result<std::string> {
        const auto server = rooms.supervisor.find(id_or_name);
        if (!server) return server.error();
        return server->id;
    };
    sources.sample = [&rooms] { return sample(rooms); };
    sources.tail = [&rooms](const live::Subscribe& asked, const std::string& server_id) {
        return open_log_tail(rooms, asked, server_id);
    };
    sources.event_text = [](const Event& event) { return wire::to_text(wire::from_event(event)); };
    return sources;
}

Task<http::Response> watch_live(Rooms& rooms, http::Request& request) {
    std::optional<live::Resume> resume;
    if (request.parameter("after"))
        resume = live::Resume{count(request, "after", 0, UINT64_MAX),
                              std::string(request.parameter("boot").value_or(""))};
    auto over = end_of_credential(rooms.tokens, rooms.sign_ins, request);
    co_return http::accept_websocket(
        request, [&rooms, resume = std::move(resume), over = std::move(over)](http::WebSocket& socket) {
            return rooms.live->serve(socket, resume, over ? over() : for_ever());
        });
}

}  // namespace mcpm::api
