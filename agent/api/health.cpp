// A server's health: the verdict with the last check, and its history.
#include "agent/api/endpoints.hpp"
#include "agent/api/health_json.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/query.hpp"
#include "agent/door/answer.hpp"
#include "common/fields/health_fields.hpp"
#include "common/units.hpp"

#include <utility>

namespace mcpm::api {

Task<http::Response> show_health(Rooms& rooms, http::Request& request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    const auto check = rooms.health.last_check(server->id);
    auto json = health_json(server->status, check);
    co_await rooms.health.store_checks();
    const auto points =
        co_await rooms.store.load_health(server->id, HealthStep::minute, now_utc() - std::chrono::hours(24));
    const auto share = points ? share_of_good(*points) : std::nullopt;
    json[fields::health::uptime] = share ? wire::Json(*share) : wire::Json();
    co_return success(json);
}

Task<http::Response> show_health_history(Rooms& rooms, http::Request& request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    co_await rooms.health.store_checks();
    const auto range = range_of(request.parameter("range").value_or("24h"));
    const auto points = co_await rooms.store.load_health(server->id, range.step, now_utc() - range.length);
    if (!points) co_return failure(points.error());
    co_return success(history_json(range, *points));
}

}  // namespace mcpm::api
