#include "cli/trace_replay.hpp"

#include "common/local_http.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace mcpm::cli {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view protocol_version = "2025-11-25";
constexpr std::size_t longest_answer = 64UL * 1024 * 1024;

Error agent_gone() {
    return Error{ErrorCode::unavailable, "the agent ended the conversation", {}, "see `mcpm agent logs`"};
}

}  // namespace

Result<ReplayClient> ReplayClient::open(const Paths& paths, std::string_view server,
                                        std::chrono::milliseconds patience) {
    auto link = ConnectLink::ask(paths.socket().string(), "/mcp/" + percent_encode(server) + "/stdio");
    if (!link) return link.error();
    ReplayClient client(std::move(*link), patience);
    const Json hello{{"protocolVersion", protocol_version},
                     {"capabilities", Json::object()},
                     {"clientInfo", {{"name", "mcpm-replay"}, {"version", MCPM_VERSION}}}};
    const auto answer = client.ask("initialize", hello);
    if (!answer) return answer.error();
    if (answer->contains("error")) {
        return Error{ErrorCode::wrong_state, "open a session with '" + std::string(server) +
                                                 "': " + text((*answer)["error"], "message")};
    }
    const auto said = client.say(Json{{"jsonrpc", "2.0"}, {"method", "notifications/initialized"}});
    if (!said) return said.error();
    return client;
}

Result<> ReplayClient::wait(short events, Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd entry{link_.descriptor(), events, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000)));
    if (ready > 0 || (ready < 0 && errno == EINTR)) return {};
    return Error{ErrorCode::timed_out, "no answer within " + std::to_string(patience_.count()) + " ms"};
}

Result<> ReplayClient::say(const Json& message) {
    const auto deadline = Clock::now() + patience_;
    const std::string line = wire::to_text(message) + "\n";
    std::string_view rest = line;
    while (!rest.empty()) {
        const auto sent = link_.send(rest);
        rest.remove_prefix(sent);
        if (sent > 0) continue;
        if (auto ready = wait(POLLOUT, deadline); !ready) return ready;
        // What is not taken though it could be never will be.
        if (link_.send(rest.substr(0, 1)) == 0) return agent_gone();
        rest.remove_prefix(1);
    }
    return {};
}

Result<Json> ReplayClient::hear(Clock::time_point deadline) {
    std::array<char, 64UL * 1024> room;  // not filled with zeros
    for (;;) {
        if (const auto end = pending_.find('\n'); end != std::string::npos) {
            auto message = wire::parse_answer(std::string_view(pending_).substr(0, end));
            pending_.erase(0, end + 1);
            return message;
        }
        if (pending_.size() > longest_answer)
            return Error{ErrorCode::payload_too_large, "the answer is larger than 64MiB"};
        if (!link_.has_surplus()) {
            if (const auto ready = wait(POLLIN, deadline); !ready) return ready.error();
        }
        const auto got = link_.receive(room);
        pending_.append(room.data(), got);
        if (link_.state() == ConnectLink::State::refused) return link_.refusal();
        if (link_.state() == ConnectLink::State::gone) return agent_gone();
    }
}

Result<Json> ReplayClient::ask(std::string_view method, const Json& params) {
    const auto deadline = Clock::now() + patience_;
    const std::int64_t id = ++last_id_;
    Json message{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}};
    if (params.is_object()) message["params"] = params;
    if (const auto said = say(message); !said) return said.error();
    for (;;) {
        auto heard = hear(deadline);
        if (!heard || !heard->is_object()) return heard;
        const Json& its_id = member(*heard, "id");
        if (!heard->contains("method") && integer(*heard, "id") == id) return heard;
        if (!heard->contains("method") || its_id.is_null()) continue;
        // A server that asks back gets no human here.
        const auto refused = say(Json{{"jsonrpc", "2.0"},
                                      {"id", its_id},
                                      {"error", {{"code", -32601}, {"message", "a replay offers nothing"}}}});
        if (!refused) return refused.error();
    }
}

}  // namespace mcpm::cli
