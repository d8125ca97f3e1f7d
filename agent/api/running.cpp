// start, stop, restart, wait. Each answers when the asked state is reached; what was begun goes on when the
// asker has gone.
#include "agent/api/answer.hpp"
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/api/query.hpp"

#include <utility>

namespace mcpm::api {

namespace {

http::Response answer_with(const Result<ServerView>& result, std::string_view message) {
    if (!result) return failure(result.error());
    return success_message(message, wire::from_view(*result));
}

Supervisor::Goal goal_of(std::string_view word) {
    if (word == "healthy") return Supervisor::Goal::healthy;
    if (word == "stopped") return Supervisor::Goal::stopped;
    return Supervisor::Goal::running;
}

}  // namespace

Task<http::Response> start_server(Rooms& rooms, http::Request request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    auto work = rooms.supervisor.start(server->id, actor_of(request));
    auto running = run_to_its_end<ServerView>(rooms, "start " + server->id, std::move(work));
    const auto result = co_await std::move(running);
    const bool sleeps = result && result->status.reason == "asleep";
    co_return answer_with(result, sleeps ? "Server started successfully; it sleeps until the first request"
                                         : "Server started successfully");
}

Task<http::Response> stop_server(Rooms& rooms, http::Request request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    auto work = rooms.supervisor.stop(server->id, actor_of(request));
    auto running = run_to_its_end<ServerView>(rooms, "stop " + server->id, std::move(work));
    const auto result = co_await std::move(running);
    co_return answer_with(result, "Server stopped successfully");
}

Task<http::Response> restart_server(Rooms& rooms, http::Request request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    auto work = rooms.supervisor.restart(server->id, actor_of(request));
    auto running = run_to_its_end<ServerView>(rooms, "restart " + server->id, std::move(work));
    const auto result = co_await std::move(running);
    co_return answer_with(result, "Server restarted successfully");
}

Task<http::Response> wait_for_server(Rooms& rooms, http::Request request) {
    const auto server = server_of(rooms, request);
    if (!server) co_return failure(server.error());
    const auto goal = goal_of(request.parameter("for").value_or("running"));
    const auto limit = duration(request, "timeout", std::chrono::seconds(60));
    auto waiting = rooms.supervisor.wait(server->id, goal, limit);
    const auto result = co_await std::move(waiting);
    if (!result) co_return failure(result.error());
    co_return success(wire::from_view(*result));
}

}  // namespace mcpm::api
