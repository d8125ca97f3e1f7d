#include "agent/api/api.hpp"

#include "agent/api/aim.hpp"
#include "agent/api/live.hpp"
#include "agent/api/pages.hpp"
#include "agent/api/query.hpp"
#include "agent/api/signing_in.hpp"
#include "agent/async/notifier.hpp"
#include "agent/dashboard/assets.hpp"
#include "agent/door/access.hpp"
#include "agent/door/answer.hpp"
#include "agent/door/callers.hpp"
#include "agent/door/cors.hpp"
#include "agent/door/gate.hpp"
#include "agent/door/revocation.hpp"
#include "agent/front/front.hpp"
#include "agent/store/sign_in_store.hpp"
#include "common/units.hpp"
#include "common/wire.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// The trace's id out of "00-TRACE-SPAN-01", which an answer of the gateway has while its spans are exported.
std::string_view trace_of(const http::Response& response) {
    constexpr std::size_t begin = 3;
    constexpr std::size_t digits = 32;
    for (const auto& [name, value] : response.headers)
        if (name == front::trace_response && value.size() > begin + digits)
            return std::string_view(value).substr(begin, digits);
    return {};
}

signals::FailedRequest failed_request(const metrics::RequestMetrics::Key& key,
                                      const http::Response& response) {
    signals::FailedRequest failed{std::string(key.method), std::string(key.route), response.status, {}, {}};
    const auto body = wire::parse_answer(response.body);
    if (!body || !body->is_object()) return failed;
    failed.code = body->value("code", "");
    failed.message = body->value("error", "");
    return failed;
}

}  // namespace

struct Api::State {
    State(const Needs& needs, AgentControl control, const HttpSettings& settings)
        : http(settings),
          sign_ins(needs.loop, settings.session_secret),
          pages(dashboard::assets(), settings.public_url),
          rooms{needs, sign_ins, http, std::move(control), TaskGroup(needs.loop)},
          gate(settings, ::geteuid(), needs.tokens, sign_ins) {
        live::HubLimits limits;
        limits.heartbeat = settings.heartbeat;
        rooms.live = std::make_unique<live::Hub>(needs.loop, limits, live_sources(rooms));
        rooms.live->follow(needs.supervisor.events());
        know_servers();
        sign_ins.set_keeper([this](std::vector<access::SignedIn> all) {
            rooms.tasks.spawn("keep who is signed in", keep(SignInStore(rooms.store), std::move(all)));
        });
    }

    /// A disk that refuses costs those who signed in since then their session at the agent's end, no more.
    static Task<> keep(SignInStore kept, std::vector<access::SignedIn> all) {
        (void)co_await kept.save(std::move(all));
    }

    /// What a token began ends with it, also while no agent was there.
    Task<> take_up_sign_ins() {
        SignInStore kept(rooms.store);
        auto before = co_await kept.load();
        if (!before) co_return;
        std::erase_if(*before, [this](const access::SignedIn& session) {
            const auto& tokens = rooms.tokens.list();
            return !session.token.empty() &&
                   std::none_of(tokens.begin(), tokens.end(),
                                [&](const auto& token) { return token.name == session.token; });
        });
        sign_ins.take_up(std::move(*before), now_utc());
    }

    HttpSettings http;
    access::SignIns sign_ins;
    Pages pages;
    Rooms rooms;
    Gate gate;

    void know_servers() {
        CallerFacts facts;
        facts.own_uid = ::geteuid();
        facts.is_own_command = [this](int pid) {
            return rooms.control.is_own_command && rooms.control.is_own_command(pid);
        };
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
        say(rooms, EventType::api_refused, "uid:" + std::to_string(peer.uid) + process_in_words(peer),
            refusal.message + more);
        refused_since = 0;
    }
    std::optional<Clock::time_point> last_refused = {};
    std::uint64_t refused_since = 0;

    /// Who may ask, then what the table says.
    Task<http::Response> answer(http::Request& request) {
        const auto begun = Clock::now();
        request.path = pages.without_base(std::move(request.path));
        const auto aim = take_aim(request);
        auto passage = gate.look(request);
        if (passage.answer) return ready(std::move(*passage.answer));
        if (door_of(request) == Door::page) return ready(page(request));
        auto& verdict = passage.verdict;
        request.principal = std::move(verdict.principal);
        request.profile = std::move(verdict.profile);
        request.session = std::move(verdict.session);
        request.is_admin = verdict.is_admin;
        const metrics::RequestMetrics::Key key{aim.row == nullptr ? "other" : aim.row->method,
                                               aim.row == nullptr ? "other" : aim.row->pattern, 0};
        return finish(request, route(request, aim), key, begun, std::move(verdict.allowed_origin));
    }

    Task<http::Response> finish(http::Request& request, Task<http::Response> work,
                                metrics::RequestMetrics::Key key, Clock::time_point begun,
                                std::string allowed_origin) {
        auto response = co_await std::move(work);
        if (response.had_wrong_secret) response = gate.after_wrong_secret(request.peer, std::move(response));
        note(key, response, begun);
        end_with_credential(rooms.tokens, sign_ins, request, response);
        add_cors(response, allowed_origin);
        co_return response;
    }

    http::Response page(const http::Request& request) {
        if (request.path == "/login" && request.method == "GET" && request.parameter("code"))
            return follow_link(rooms, pages, request);
        return pages.answer(request);
    }

    /// Until the answer's head: how long a stream goes on says nothing of how quick we are.
    void note(metrics::RequestMetrics::Key key, const http::Response& response, Clock::time_point begun) {
        key.status = response.status;
        const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun);
        rooms.request_metrics.note(key, took, trace_of(response));
        rooms.recent_requests.note(Clock::now());
        if (response.status < 500) return;
        rooms.desk.errors.note(
            "request", observe::Severity::error,
            std::string(key.method) + " " + std::string(key.route) + ": " + std::to_string(response.status),
            now_utc(), Clock::now());
        // A 500 is a bug of ours; the other statuses say that a server, or a part of this machine, is not
        // well.
        if (response.status == 500) rooms.signals.report(failed_request(key, response));
    }

    /// Uses the request up.
    Task<http::Response> route(http::Request& request, const Aim& aim) {
        if (aim.row == nullptr) {
            return ready(aim.allowed.empty() ? no_such_path(request) : no_such_method(request, aim.allowed));
        }
        if (const auto good = check_query(request, aim.row->parameters, now_utc()); !good)
            return ready(failure(good.error()));
        return aim.row->handler(rooms, request);
    }
};

Api::Api(const Needs& needs, AgentControl control, const HttpSettings& settings)
    : state_(std::make_unique<State>(needs, std::move(control), settings)) {}

Api::~Api() = default;

Task<> Api::open() {
    return state_->take_up_sign_ins();
}

http::Endpoint Api::endpoint() {
    return [state = state_.get()](http::Request& request) { return state->answer(request); };
}

http::HeadCheck Api::head_check() {
    return [state = state_.get()](http::Request& head) {
        if (!state->pages.has_base()) {
            take_aim(head);
            return state->gate.look_at_head(head);
        }
        auto asked = head;
        asked.path = state->pages.without_base(std::move(asked.path));
        take_aim(asked);
        return state->gate.look_at_head(asked);
    };
}

Task<> Api::end_watching() {
    return state_->rooms.live->close();
}

Task<> Api::close(std::chrono::milliseconds grace) {
    using namespace asio::experimental::awaitable_operators;
    co_await (state_->rooms.tasks.drain() || sleep_for(grace));
    state_->rooms.tasks.cancel_all();
    co_await state_->rooms.tasks.drain();
}

}  // namespace mcpm::api
