#include "agent/api/api.hpp"

#include "agent/api/query.hpp"
#include "agent/api/routes.hpp"
#include "agent/async/notifier.hpp"
#include "agent/door/answer.hpp"
#include "agent/door/callers.hpp"
#include "agent/door/cors.hpp"
#include "agent/door/gate.hpp"
#include "agent/door/revocation.hpp"
#include "agent/http/router.hpp"
#include "common/units.hpp"

#include <unistd.h>

#include <string>
#include <utility>

namespace mcpm::api {

namespace {

http::Router make_router() {
    std::vector<http::Route> rows;
    for (const auto& row : routes()) rows.push_back({row.method, row.pattern, {}});
    return http::Router(std::move(rows));
}

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
    http::Router router;
    Gate gate;

    void know_servers() {
        CallerFacts facts;
        facts.own_uid = ::geteuid();
        facts.server_of_pids = [this](const std::vector<int>& pids) {
            return rooms.supervisor.server_of(pids);
        };
        facts.server_by_id = [this](std::string_view id) -> std::optional<ServerOutline> {
            for (auto& server : rooms.supervisor.outlines())
                if (server.id == id) return std::move(server);
            return std::nullopt;
        };
        gate.set_find_server([this, facts](const http::Peer& peer) mutable -> std::optional<Error> {
            if (facts.keeper_pid == 0 && rooms.control.facts)
                facts.keeper_pid = rooms.control.facts().keeper_pid;
            auto refusal = refuse_server(peer, facts);
            if (refusal) say_refused(*refusal, peer);
            return refusal;
        });
    }

    /// One event a minute: a server may ask without end.
    void say_refused(const Error& refusal, const http::Peer& peer) {
        constexpr std::chrono::minutes between{1};
        const auto now = Clock::now();
        ++refused_since;
        if (last_refused && now - *last_refused < between) return;
        last_refused = now;
        const std::string more =
            refused_since > 1 ? " (" + std::to_string(refused_since) + " requests)" : std::string();
        say(rooms, "api:refused", "uid:" + std::to_string(peer.uid) + process_in_words(peer),
            refusal.message + more);
        refused_since = 0;
    }
    std::optional<Clock::time_point> last_refused = {};
    std::uint64_t refused_since = 0;

    /// Who may ask, then what the table says.
    Task<http::Response> answer(http::Request request) {
        auto passage = gate.look(request);
        if (passage.answer) co_return std::move(*passage.answer);
        request.principal = passage.verdict.principal;
        request.profile = passage.verdict.profile;
        const std::string principal = request.principal;
        auto routed = route(request);
        auto response = co_await std::move(routed);
        co_return with_cors(until_revoked(rooms.tokens, principal, std::move(response)), passage.verdict);
    }

    /// Uses the request up.
    Task<http::Response> route(http::Request& request) {
        auto match = router.find(request.method, request.path);
        if (match.route == nullptr) {
            return ready(match.allowed.empty() ? no_such_path(request)
                                               : no_such_method(request, match.allowed));
        }
        const auto& row = routes()[static_cast<std::size_t>(match.route - router.routes().data())];
        if (const auto good = check_query(request, row.parameters, now_utc()); !good)
            return ready(failure(good.error()));
        request.path_values = std::move(match.values);
        return row.handler(rooms, std::move(request));
    }
};

Api::Api(Loop& loop, Supervisor& supervisor, LogStore& logs, StateStore& store, mcp::Sessions& sessions,
         gateway::Gateway& gateway, Workers& workers, access::TokenBook& tokens,
         access::ProfileBook& profiles, secrets::Vault& vault, AgentControl control,
         const HttpSettings& settings)
    : state_(new State{Rooms{loop, supervisor, logs, store, sessions, gateway, workers, tokens, profiles,
                             vault, std::move(control), TaskGroup(loop)},
                       make_router(), Gate(settings, ::geteuid(), tokens)}) {
    state_->know_servers();
}

Api::~Api() = default;

http::Endpoint Api::endpoint() {
    return [state = state_.get()](http::Request request) { return state->answer(std::move(request)); };
}

http::HeadCheck Api::head_check() {
    return [state = state_.get()](const http::Request& head) { return state->gate.look_at_head(head); };
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
