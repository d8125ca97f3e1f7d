// How the agent is reached: the sockets it serves on, those it binds anew, and those handed over to it.
#include "agent/agent_rooms.hpp"
#include "agent/settings.hpp"
#include "common/listen_address.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <csignal>

namespace mcpm {

namespace {

constexpr std::size_t most_bound_anew = 8;
constexpr std::chrono::milliseconds closing_grace{300};

ino_t inode_of(int socket) {
    struct stat facts {};
    return ::fstat(socket, &facts) == 0 ? facts.st_ino : 0;
}

Task<> close_listener(std::unique_ptr<http::Listener> listener) {
    co_await listener->stop(closing_grace);
}

}  // namespace

Result<> Agent::Rooms::serve_on(UniqueFd socket) {
    const ino_t inode = inode_of(socket.get());
    const bool is_unix = !http::bound_address(socket.get());
    if (is_unix && guard) guard->add(socket.get());
    auto listener = http::Listener::start(loop, std::move(socket), limits_of(options.config.http),
                                          api->endpoint(), report(), api->head_check());
    if (!listener) return listener.error();
    served.insert(inode);
    listeners.push_back(std::move(*listener));
    return {};
}

Result<> Agent::Rooms::open_listeners() {
    guard = std::make_unique<http::SocketGuard>(
        loop, options.paths.socket(),
        http::SocketGuard::Hooks{[this](UniqueFd socket) { serve_anew(std::move(socket)); },
                                 [this](const std::string& what) { say_of_socket(what); }});
    for (std::size_t place = 0; place < options.listeners.size() && unix_number == 0; ++place) {
        const bool is_unix = !http::bound_address(options.listeners[place].get());
        if (is_unix) unix_number = options.first_number + static_cast<int>(place);
    }
    auto sorted = sort_sockets(std::move(options.listeners), options.passed_by, options.config.http);
    tcp = std::move(sorted.tcp);
    for (const auto& fact : tcp) {
        if (!fact.is_listening) log.warning(fact.error);
    }
    for (auto& socket : sorted.sockets) {
        if (auto serves = serve_on(std::move(socket)); !serves) return serves;
    }
    return {};
}

void Agent::Rooms::stay_reachable() {
    tasks.spawn("watching the socket", guard->watch());
    tasks.spawn("changes beside the socket", guard->read_changes());
    auto opened = http::SocketDoor::open(loop, keeper->keeper_pid(),
                                         [this](UniqueFd socket) { take_handed(std::move(socket)); });
    if (!opened) return log.warning(opened.error().message);
    door = std::move(*opened);
    tasks.spawn("the door for sockets", door->serve());
}

void Agent::Rooms::say_of_socket(const std::string& what) {
    log.warning(what);
    supervisor->add_event(agent_event("agent:socket", what));
}

/// The agent after this one is to have it too.
void Agent::Rooms::serve_anew(UniqueFd socket) {
    if (end) return;
    if (unix_number != 0) keeper->keep_listening(unix_number, socket.get());
    if (const auto serves = serve_on(std::move(socket)); !serves) return log.error(serves.error().message);
    // Those before it have connections still; not for ever, where somebody removes it again and again.
    bound_anew.push_back(listeners.back().get());
    if (bound_anew.size() <= most_bound_anew) return;
    const auto oldest = std::find_if(listeners.begin(), listeners.end(),
                                     [&](const auto& one) { return one.get() == bound_anew.front(); });
    bound_anew.pop_front();
    tasks.spawn("closing a socket that was replaced", close_listener(std::move(*oldest)));
    listeners.erase(oldest);
}

void Agent::Rooms::take_handed(UniqueFd socket) {
    if (end || served.contains(inode_of(socket.get()))) return;
    const auto address = http::bound_address(socket.get());
    if (address && options.config.http.auth == HttpAuth::none && !is_loopback(*address)) {
        return say_of_socket(
            "a socket handed over is not served: http.auth: none is possible on loopback only");
    }
    const std::string named = address ? format_listen_address(*address) : options.paths.socket().string();
    if (const auto serves = serve_on(std::move(socket)); !serves) return log.error(serves.error().message);
    if (address) tcp.push_back({named, true});
    say_of_socket("socket activation listens on " + named + "; its socket was taken over");
}

Task<> Agent::Rooms::watch_signals() {
    AskedSignals signals(loop);
    for (;;) {
        const auto asked = co_await signals.next();
        if (!asked) co_return;
        if (asked->number == SIGHUP) continue;
        if (asked->sender == keeper->keeper_pid()) {
            log.info(fmt::format("stopping: signal {}", asked->number));
            ask_to_end(AgentEnd::stopped, Supervisor::Servers::stop);
        } else if (!end) {
            // Of this process alone. Whoever signals all of mcpmd's processes means the keeper too, and its
            // word is here before the answer's grace is over.
            log.warning(fmt::format("signal {} from process {}: this agent ends, its servers live on",
                                    asked->number, asked->sender));
            tasks.spawn("end of this agent alone",
                        end_after_answer(AgentEnd::replaced, Supervisor::Servers::leave));
        }
    }
}

}  // namespace mcpm
