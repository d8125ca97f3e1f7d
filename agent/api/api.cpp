#include "agent/api/api.hpp"

#include "agent/api/aim.hpp"
#include "agent/api/query.hpp"
#include "agent/async/notifier.hpp"
#include "agent/door/answer.hpp"
#include "agent/door/cors.hpp"
#include "agent/door/gate.hpp"
#include "agent/door/revocation.hpp"
#include "common/units.hpp"

#include <unistd.h>

#include <string>
#include <utility>

namespace mcpm::api {

namespace {

http::Response no_such_path(const http::Request& request) {
    return failure(
        Error{ErrorCode::not_found, "no such path: " + request.path, {}, "GET /api/openapi.json lists all"});
}

http::Response no_such_method(const http::Request& request, const std::vector<std::string_view>& allowed) {
    std::string list;
    for (const auto method : allowed) list += (list.empty() ? "" : ", ") + std::string(method);
    auto response = failure(Error{
        ErrorCode::not_found, request.method + " is not offered on " + request.path, {}, "offered: " + list});
    response.status = 405;
    response.headers.emplace_back("Allow", list);
    return response;
}

}  // namespace

struct Api::State {
    Rooms rooms;
    Gate gate;

    /// Who may ask, then what the table says.
    Task<http::Response> answer(http::Request request) {
        const auto aim = take_aim(request);
        auto passage = gate.look(request);
        if (passage.answer) co_return std::move(*passage.answer);
        request.principal = passage.verdict.principal;
        request.profile = passage.verdict.profile;
        const std::string principal = request.principal;
        auto routed = route(request, aim);
        auto response = co_await std::move(routed);
        co_return with_cors(until_revoked(rooms.tokens, principal, std::move(response)), passage.verdict);
    }

    /// Uses the request up.
    Task<http::Response> route(http::Request& request, const Aim& aim) {
        if (aim.row == nullptr) {
            return ready(aim.allowed.empty() ? no_such_path(request) : no_such_method(request, aim.allowed));
        }
        if (const auto good = check_query(request, aim.row->parameters, now_utc()); !good)
            return ready(failure(good.error()));
        return aim.row->handler(rooms, std::move(request));
    }
};

Api::Api(Loop& loop, Supervisor& supervisor, LogStore& logs, StateStore& store, mcp::Sessions& sessions,
         gateway::Gateway& gateway, Workers& workers, access::TokenBook& tokens,
         access::ProfileBook& profiles, secrets::Vault& vault, AgentControl control,
         const HttpSettings& settings)
    : state_(new State{Rooms{loop, supervisor, logs, store, sessions, gateway, workers, tokens, profiles,
                             vault, std::move(control), TaskGroup(loop)},
                       Gate(settings, ::geteuid(), tokens)}) {}

Api::~Api() = default;

http::Endpoint Api::endpoint() {
    return [state = state_.get()](http::Request request) { return state->answer(std::move(request)); };
}

http::HeadCheck Api::head_check() {
    return [state = state_.get()](http::Request& head) {
        take_aim(head);
        return state->gate.look_at_head(head);
    };
}

Task<> Api::close(std::chrono::milliseconds grace) {
    const auto end = Clock::now() + grace;
    while (state_->rooms.tasks.size() != 0 && Clock::now() < end) {
        auto pause = sleep_for(std::chrono::milliseconds(20));
        co_await std::move(pause);
    }
    state_->rooms.tasks.cancel_all();
    auto draining = state_->rooms.tasks.drain();
    co_await std::move(draining);
}

}  // namespace mcpm::api
