#include "agent/http/listener.hpp"

#include "agent/async/notifier.hpp"
#include "agent/http/newcomers.hpp"
#include "agent/http/peer_process.hpp"
#include "agent/http/session.hpp"
#include "agent/http/socket_owner.hpp"
#include "agent/http/tcp_socket.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace mcpm::http {

namespace {

constexpr int accepts_per_turn = 64;
constexpr std::size_t refusals_at_once = 64;
constexpr std::chrono::milliseconds pause_after_failure{100};
constexpr std::chrono::seconds sweep_interval{1};

std::string address_text(const std::optional<ListenAddress>& address) {
    return address ? format_listen_address(*address) : std::string();
}

/// Who is at the other end, by the kernel's word.
Peer peer_of(int socket, const sockaddr_storage& address) {
    Peer peer;
    if (address.ss_family != AF_UNIX) {
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        peer.address = address_text(listen_address_of(address));
        peer.local_address = address_text(bound_address(socket));
        return peer;
    }
    peer.is_local_socket = true;
    ucred credentials{};
    socklen_t length = sizeof credentials;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0) {
        peer.uid = credentials.uid;
        peer.pid = credentials.pid;
        peer.process = std::make_shared<const PeerProcess>(look_at_process(peer.pid));
    }
    return peer;
}

/// What newcomers over TCP are counted by. A network's hosts have many addresses of IPv6; they share half of
/// it.
std::string source_of(int socket, const sockaddr_storage& peer) {
    sockaddr_storage own{};
    socklen_t length = sizeof own;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &length) == 0) {
        if (const auto uid = owner_over_loopback(peer, own)) return "uid:" + std::to_string(*uid);
    }
    if (peer.ss_family == AF_INET6) {
        const auto& address = reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
        return {reinterpret_cast<const char*>(&address), sizeof address / 2};
    }
    const auto address = listen_address_of(peer);
    return address ? address->host : std::string();
}

bool is_of_one_connection(int error_number) {
    constexpr std::array known{EINTR,       ECONNABORTED, EPROTO,       ENETDOWN,
                               ENETUNREACH, EHOSTDOWN,    EHOSTUNREACH, EPERM};
    return std::find(known.begin(), known.end(), error_number) != known.end();
}

}  // namespace

struct Listener::State {
    State(Loop& on, UniqueFd socket, const Limits& limits)
        : loop(on),
          acceptor(on),
          pause(on),
          sweeper(on),
          emptied(on),
          newcomers(limits.newcomers, limits.newcomers_of_one) {
        acceptor.assign(socket.release());
        emptied.expires_at(Clock::time_point::max());
    }

    Loop& loop;
    Descriptor acceptor;
    Timer pause, sweeper, emptied;
    std::shared_ptr<SessionContext> context;
    std::unordered_set<std::shared_ptr<Connection>> open, refused;
    Newcomers newcomers;
    Counters counters;
    bool sweeping = false;
    bool stopping = false;

    void release(const std::shared_ptr<Connection>& connection) {
        connection->close();
        newcomers.remove(connection);
        open.erase(connection);
        refused.erase(connection);
        if (open.empty() && refused.empty()) emptied.cancel();
    }

    std::vector<std::shared_ptr<Connection>> all() const {
        std::vector<std::shared_ptr<Connection>> out(open.begin(), open.end());
        out.insert(out.end(), refused.begin(), refused.end());
        return out;
    }
};

namespace {

Task<> run_session(std::shared_ptr<Connection> connection, std::shared_ptr<SessionContext> context,
                   bool is_refused) {
    Session session(std::move(connection), std::move(context));
    if (is_refused) {
        co_await session.refuse();
    } else {
        co_await session.run();
    }
}

}  // namespace

void Listener::adopt(const std::shared_ptr<State>& state, UniqueFd socket) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) return;
    const bool is_tcp = address.ss_family != AF_UNIX;
    length = sizeof address;
    if (is_tcp && ::getpeername(socket.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) return;

    const std::string source = is_tcp ? source_of(socket.get(), address) : std::string();
    const bool is_full = state->open.size() >= state->context->limits.connections;
    const bool has_room =
        (!is_tcp || state->newcomers.make_room(source)) && (!is_full || state->newcomers.let_one_go());
    const bool is_refused = !has_room;
    if (is_refused) {
        ++state->counters.refused;
        if (state->refused.size() >= refusals_at_once) return;
    }
    ++state->counters.accepted;
    auto peer = peer_of(socket.get(), address);
    auto connection = std::make_shared<Connection>(state->loop, std::move(socket), std::move(peer));
    (is_refused ? state->refused : state->open).insert(connection);
    if (is_tcp && !is_refused) state->newcomers.add(source, connection);
    auto done = [state, connection](const std::exception_ptr&) { state->release(connection); };
    asio::co_spawn(state->loop.get_executor(), run_session(connection, state->context, is_refused),
                   asio::bind_cancellation_slot(connection->cancellation_slot(), std::move(done)));
    if (!std::exchange(state->sweeping, true)) {
        asio::co_spawn(state->loop.get_executor(), sweep_loop(state), [](const std::exception_ptr&) {});
    }
}

Task<> Listener::accept_loop(std::shared_ptr<State> state) {
    while (!state->stopping) {
        const auto [failure] = co_await state->acceptor.async_wait(Descriptor::wait_read);
        if (failure) co_return;
        for (int turn = 0; turn < accepts_per_turn && !state->stopping; ++turn) {
            UniqueFd socket(
                ::accept4(state->acceptor.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
            const int error_number = errno;
            if (socket) {
                adopt(state, std::move(socket));
                continue;
            }
            if (error_number == EAGAIN || error_number == EWOULDBLOCK) break;
            if (is_of_one_connection(error_number)) continue;
            // No descriptor or no memory: the connection stays in the queue, and waiting is all there is to
            // do.
            ++state->counters.accept_failures;
            if (state->context->report)
                state->context->report("accepting a connection", std::strerror(error_number));
            state->pause.expires_after(pause_after_failure);
            co_await state->pause.async_wait();
            break;
        }
    }
}

/// Runs only while there are connections, so that an idle agent is not woken.
Task<> Listener::sweep_loop(std::shared_ptr<State> state) {
    while (!state->open.empty() || !state->refused.empty()) {
        state->sweeper.expires_after(sweep_interval);
        co_await state->sweeper.async_wait();
        const auto now = Clock::now();
        for (const auto& connection : state->all()) connection->sweep(now);
    }
    state->sweeping = false;
}

Result<std::unique_ptr<Listener>> Listener::start(Loop& loop, UniqueFd socket, Limits limits,
                                                  Endpoint endpoint, Report report, HeadCheck head_check) {
    int is_listening = 0;
    socklen_t length = sizeof is_listening;
    if (::getsockopt(socket.get(), SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &length) != 0) {
        return system_error("serving HTTP on descriptor " + std::to_string(socket.get()), errno);
    }
    if (is_listening == 0) {
        return Error{ErrorCode::internal_error, "serving HTTP on descriptor " + std::to_string(socket.get()) +
                                                    ": it is not a listening socket"};
    }
    const int flags = ::fcntl(socket.get(), F_GETFL);
    ::fcntl(socket.get(), F_SETFL, flags | O_NONBLOCK);
    ::fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
    auto state = std::make_shared<State>(loop, std::move(socket), limits);
    state->context = std::make_shared<SessionContext>();
    state->context->limits = limits;
    state->context->endpoint = std::move(endpoint);
    state->context->report = std::move(report);
    state->context->head_check = std::move(head_check);
    asio::co_spawn(loop.get_executor(), accept_loop(state), [](const std::exception_ptr&) {});
    return std::unique_ptr<Listener>(new Listener(std::move(state)));
}

Listener::Listener(std::shared_ptr<State> state) : state_(std::move(state)) {}

Listener::~Listener() {
    state_->stopping = true;
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
    state_->pause.cancel();
    for (const auto& connection : state_->all()) connection->abandon();
}

std::size_t Listener::connections() const {
    return state_->open.size();
}

Listener::Counters Listener::counters() const {
    auto counters = state_->counters;
    counters.requests = state_->context->requests;
    counters.let_go = state_->newcomers.gone();
    return counters;
}

Task<> Listener::stop(std::chrono::milliseconds grace) {
    const auto state = state_;
    state->stopping = true;
    boost::system::error_code ignored;
    state->acceptor.close(ignored);
    state->pause.cancel();
    for (const auto& connection : state->all()) {
        const auto phase = connection->phase();
        if (phase == Connection::Phase::streaming || phase == Connection::Phase::upgraded) {
            connection->abandon();
        } else {
            connection->close_when_idle();
        }
    }
    if (!state->open.empty() || !state->refused.empty()) {
        state->emptied.expires_after(grace);
        co_await state->emptied.async_wait();
    }
    std::string last_word;
    const auto refusal = envelope(503, "UNAVAILABLE", "answering the request: the agent is stopping");
    append_head(last_word, refusal, Framing::length, refusal.body.size(), After::close);
    last_word += refusal.body;
    for (const auto& connection : state->all()) {
        if (connection->phase() == Connection::Phase::handling) connection->send_now(last_word);
        connection->abandon();
    }
    state->emptied.expires_at(Clock::time_point::max());
    while (!state->open.empty() || !state->refused.empty()) co_await state->emptied.async_wait();
    state->sweeper.cancel();
}

}  // namespace mcpm::http
