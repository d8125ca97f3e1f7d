// start, stop, restart, wait. Each answers when the asked state is reached; what was begun goes on when the
// asker has gone.
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/query.hpp"
#include "agent/async/with_deadline.hpp"
#include "agent/door/answer.hpp"
#include "agent/supervisor/goal.hpp"
#include "common/fields/server_fields.hpp"
#include "common/units.hpp"

#include <chrono>
#include <utility>

namespace mcpm::api {

namespace {

constexpr Duration longest_look_at_offers = std::chrono::seconds(10);

struct Action {
    Task<Result<ServerView>> (Supervisor::*perform)(std::string id, std::string actor);
    const char* name;
    const char* done;
    const char* asleep = "";  // instead, when it ended so
};
constexpr Action starting{&Supervisor::start, "start ", "Server started successfully",
                          "Server started successfully; it sleeps until the first request"};
constexpr Action stopping{&Supervisor::stop, "stop ", "Server stopped successfully"};
constexpr Action restarting{&Supervisor::restart, "restart ", "Server restarted successfully"};

Task<http::Response> act(Rooms& rooms, http::Request& request, Action action) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    auto work = (rooms.supervisor.*action.perform)(server->id, actor_of(request));
    const auto result = co_await run_to_its_end<ServerView>(rooms, action.name + server->id, std::move(work));
    if (!result) co_return failure(result.error());
    // What it offers since its start is in the lists of /mcp then.
    if (result->status.state == ServerState::running)
        co_await rooms.offers.looked_at(server->id, longest_look_at_offers);
    const bool sleeps = *action.asleep != 0 && result->status.reason == Reason::asleep;
    co_return success_message(sleeps ? action.asleep : action.done, wire::from_view(*result));
}

/// What is left to say of a server that is gone.
Task<Result<wire::Json>> removal_of(Supervisor& supervisor, ServerView server) {
    while (supervisor.find(server.id)) {
        auto& events = supervisor.events();
        co_await events.wait(events.end());
    }
    wire::Json gone{{fields::server::id, server.id}, {fields::server::name, server.spec.name}};
    co_return wire::as_result(std::move(gone));
}

}  // namespace

Task<http::Response> start_server(Rooms& rooms, http::Request& request) {
    return act(rooms, request, starting);
}
Task<http::Response> stop_server(Rooms& rooms, http::Request& request) {
    return act(rooms, request, stopping);
}
Task<http::Response> restart_server(Rooms& rooms, http::Request& request) {
    return act(rooms, request, restarting);
}

Task<http::Response> wait_for_server(Rooms& rooms, http::Request& request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    const auto goal =
        value_of<Supervisor::Goal>(request.parameter("for").value_or("")).value_or(Supervisor::Goal::running);
    const auto limit = duration(request, "timeout", std::chrono::seconds(60));
    if (request.parameter("for") == "removed") {
        const auto gone = co_await with_deadline(removal_of(rooms.supervisor, *server), limit, "wait");
        if (gone) co_return success(*gone);
        co_return failure(Error{ErrorCode::timed_out, "wait for '" + server->spec.name +
                                                          "' to be removed: it is there after " +
                                                          format_duration(limit)});
    }
    const auto result = co_await rooms.supervisor.wait(server->id, goal, limit);
    if (!result) co_return failure(result.error());
    co_return success(wire::from_view(*result));
}

}  // namespace mcpm::api
