#include "agent/api/signing_in.hpp"

#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/door/access.hpp"
#include "agent/door/answer.hpp"
#include "common/fields/session_fields.hpp"
#include "common/listen_address.hpp"
#include "common/units.hpp"

#include <unistd.h>

#include <array>
#include <utility>

namespace mcpm::api {

namespace {

std::string base_of(std::string_view public_url) {
    return Pages({}, public_url).base() + "/";
}

std::string cookie_text(const Rooms& rooms, std::string_view value, std::string_view more) {
    std::string text(session_cookie);
    text += '=';
    text += value;
    text += "; HttpOnly; SameSite=Strict; Path=" + base_of(rooms.http.public_url);
    if (rooms.http.public_url.starts_with("https:")) text += "; Secure";
    text += more;
    return text;
}

std::pair<std::string, std::string> cookie_of(const Rooms& rooms, const access::NewSignIn& sign_in) {
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(sign_in.session.not_after -
                                                                       sign_in.session.began_at);
    return {"Set-Cookie", cookie_text(rooms, sign_in.secret, "; Max-Age=" + std::to_string(left.count()))};
}

std::string agent_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

wire::Json session_json(bool is_signed_in) {
    return {{fields::session::signed_in, is_signed_in},
            {fields::session::version, MCPM_VERSION},
            {fields::session::agent_name, agent_name()}};
}

/// What is read after this answer and watched at /ws from here on has no gap between.
wire::Json live_json(const Rooms& rooms) {
    const auto from = rooms.live->now();
    return {{fields::session::seq, from.after}, {fields::session::boot, from.boot}};
}

wire::Json signed_in_json(const Rooms& rooms, const access::SignedIn& session) {
    auto json = session_json(true);
    json[fields::session::live] = live_json(rooms);
    json[fields::session::role] = "admin";
    json[fields::session::expires_at] = format_time(session.expires_at);
    return json;
}

/// Where a browser on this machine finds the agent: what a proxy serves, or the first address that is
/// listened on.
Result<std::string> own_url(const Rooms& rooms) {
    if (!rooms.http.public_url.empty()) return rooms.http.public_url;
    for (const auto& fact : rooms.control.facts().tcp) {
        auto address = parse_listen_address(fact.address);
        if (!fact.is_listening || !address) continue;
        if (address->host == "0.0.0.0") address->host = "127.0.0.1";
        if (address->host == "::") address->host = "::1";
        return "http://" + format_listen_address(*address);
    }
    return Error{ErrorCode::unavailable,
                 "the agent listens on no TCP address, and a browser knows no other",
                 {},
                 "mcpm agent status says why; http.listen in config.yaml names the addresses"};
}

}  // namespace

Task<http::Response> make_dashboard_link(Rooms& rooms, http::Request& request) {
    if (!request.peer.is_local_socket)
        co_return failure(
            Error{ErrorCode::forbidden, "a link is made on the agent's socket: mcpm dashboard"});
    if (const auto body = object_of(request, {}); !body) co_return failure(body.error());
    const auto url = own_url(rooms);
    if (!url) co_return failure(url.error());
    const auto now = now_utc();
    const auto code = rooms.sign_ins.make_link(actor_of(request), now);
    if (!code) co_return failure(code.error());
    co_return success({{fields::session::url, *url + "/login?code=" + *code},
                       {fields::session::expires_at, format_time(access::SignIns::link_ends(now))}});
}

http::Response follow_link(Rooms& rooms, const Pages& pages, const http::Request& request) {
    http::Response response;
    response.status = 303;
    response.content_type.clear();
    const auto sign_in = rooms.sign_ins.use_link(*request.parameter("code"), now_utc());
    response.headers.emplace_back("Location", pages.base() + (sign_in ? "/" : "/?login=expired"));
    if (!sign_in) return response;
    response.headers.push_back(cookie_of(rooms, *sign_in));
    say(rooms, EventType::session_begun, sign_in->session.who, "a browser signed in by a link");
    return response;
}

Task<http::Response> show_sign_in(Rooms& rooms, http::Request& request) {
    if (const auto* const session = rooms.sign_ins.find_id(request.session))
        co_return success(signed_in_json(rooms, *session));
    auto json = session_json(request.is_admin);
    if (!request.is_admin) co_return success(json);
    json[fields::session::role] = "admin";
    json[fields::session::live] = live_json(rooms);
    co_return success(json);
}

Task<http::Response> sign_in(Rooms& rooms, http::Request& request) {
    const auto body = object_of(request, {fields::session::token});
    if (!body) co_return failure(body.error());
    const auto given = body->find(fields::session::token);
    if (given == body->end() || !given->is_string())
        co_return failure(
            Error{ErrorCode::validation_error, "token: the secret of an API token is expected"});
    const auto now = now_utc();
    const auto* const token = rooms.tokens.find(given->get<std::string>(), now);
    if (token == nullptr) {
        auto answer = failure(Error{ErrorCode::unauthorized,
                                    "token: it is not known, or no longer valid",
                                    {},
                                    "mcpm token create NAME --kind api makes one"});
        answer.had_wrong_secret = true;
        co_return answer;
    }
    if (!token->is_admin)
        co_return failure(Error{ErrorCode::forbidden,
                                "token: it is an MCP client's, and the dashboard needs one of the API",
                                {},
                                "mcpm token create NAME --kind api makes one"});
    const auto begun = rooms.sign_ins.begin("token:" + token->name, token->name, token->expires_at, now);
    if (!begun) co_return failure(begun.error());
    say(rooms, EventType::session_begun, begun->session.who,
        "a browser signed in with token '" + token->name + "'");
    auto response = success(signed_in_json(rooms, begun->session));
    response.headers.push_back(cookie_of(rooms, *begun));
    co_return response;
}

Task<http::Response> sign_out(Rooms& rooms, http::Request& request) {
    if (!request.session.empty()) {
        rooms.sign_ins.end(request.session);
        say(rooms, EventType::session_ended, actor_of(request), "a browser signed out");
    }
    auto response = success_message("Signed out successfully");
    response.headers.emplace_back("Set-Cookie", cookie_text(rooms, "", "; Max-Age=0"));
    co_return response;
}

Task<http::Response> end_sign_ins(Rooms& rooms, http::Request& request) {
    const auto ended = rooms.sign_ins.end_all();
    say(rooms, EventType::session_ended, actor_of(request),
        "all " + std::to_string(ended) + " sessions of browsers ended");
    co_return success({{fields::session::ended, ended}});
}

}  // namespace mcpm::api
