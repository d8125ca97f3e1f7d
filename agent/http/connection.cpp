#include "agent/http/connection.hpp"

#include <boost/asio/error.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace mcpm::http {

namespace {

/// Bytes of coming requests that are kept while one is worked on; more waits in the kernel.
constexpr std::size_t ahead_limit = 64u << 10;
constexpr std::size_t ahead_piece = 4u << 10;

/// Takes `taken` bytes off the front of `parts`.
std::span<iovec> without_first(std::span<iovec> parts, std::size_t taken) {
    while (!parts.empty() && taken >= parts.front().iov_len) {
        taken -= parts.front().iov_len;
        parts = parts.subspan(1);
    }
    if (!parts.empty()) {
        parts.front().iov_base = static_cast<char*>(parts.front().iov_base) + taken;
        parts.front().iov_len -= taken;
    }
    return parts;
}

}  // namespace

Connection::Connection(Loop& loop, UniqueFd socket, Peer peer)
    : socket_(loop), peer_(std::move(peer)), closed_(loop) {
    const auto family = peer_.is_local_socket ? AF_UNIX : AF_INET;
    if (!peer_.is_local_socket) peer_.memo = std::make_shared<Memo>();
    boost::system::error_code ignored;
    socket_.assign(asio::generic::stream_protocol(family, 0), socket.release(), ignored);
    socket_.native_non_blocking(true, ignored);
    closed_.expires_at(Clock::time_point::max());
}

std::ptrdiff_t Connection::receive(std::size_t at_most) {
    for (;;) {
        const auto room = buffer_.prepare(at_most);
        const auto got = ::recv(socket_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
        if (got > 0) buffer_.commit(static_cast<std::size_t>(got));
        if (got >= 0 || errno != EINTR) return got;
    }
}

Task<Connection::Fill> Connection::fill(std::size_t at_most) {
    const Reading reading(*this);
    for (;;) {
        if (input_ended_ || closing_) co_return Fill::ended;
        if (expired_) co_return Fill::expired;
        const auto [failure] = co_await socket_.async_wait(Socket::wait_read);
        if (expired_) co_return Fill::expired;
        if (failure) {
            if (failure == asio::error::operation_aborted && !closing_) continue;
            co_return Fill::ended;
        }
        const auto got = receive(at_most);
        if (got > 0) co_return Fill::some;
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) continue;
        input_ended_ = true;
    }
}

Connection::Sent Connection::send_at_once(std::span<iovec>& parts) {
    parts = without_first(parts, 0);
    while (!parts.empty()) {
        if (gone_ || expired_) return Sent::failed;
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = parts.size();
        const auto sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            parts = without_first(parts, static_cast<std::size_t>(sent));
            continue;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) return Sent::part;
        if (errno != EINTR) return Sent::failed;
    }
    return Sent::all;
}

Task<bool> Connection::send(std::span<iovec> parts) {
    for (;;) {
        const Sent sent = send_at_once(parts);
        if (sent != Sent::part) co_return sent == Sent::all;
        if (phase_ == Phase::upgraded) deadline_ = Clock::now() + patience_;
        const auto [failure] = co_await socket_.async_wait(Socket::wait_write);
        if (phase_ == Phase::upgraded) deadline_ = Clock::time_point::max();
        if (failure) co_return false;
    }
}

void Connection::send_now(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent =
            ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void Connection::finish_sending() {
    ::shutdown(socket_.native_handle(), SHUT_WR);
}

void Connection::set_phase(Phase phase, Clock::time_point deadline) {
    phase_ = phase;
    expired_ = false;
    deadline_ = deadline;
}

void Connection::upgrade(std::chrono::seconds patience) {
    set_phase(Phase::upgraded);
    patience_ = patience;
    wait_for_hang_up();
}

bool Connection::note_end() {
    if (!gone_ && has_hung_up()) set_gone();
    return gone_;
}

void Connection::watch() {
    if (watching_ || input_ended_ || buffer_.size() >= ahead_limit) return;
    watching_ = true;
    socket_.async_wait(Socket::wait_read,
                       [self = shared_from_this()](const boost::system::error_code& failure) {
                           self->watching_ = false;
                           if (failure) return;
                           if (self->is_watched()) self->look_after_wait();
                           if (self->phase_ == Phase::upgraded) self->look_at_upgraded();
                       });
}

void Connection::look_after_wait() {
    const auto got = receive(ahead_piece);
    if (got > 0 || (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))) return watch();
    input_ended_ = true;
    // A peer on the unix socket may close only its sending half and still wait for its answer; the kernel
    // tells the two apart. On TCP it does not, and there the end of input is the end of the peer.
    if (got < 0 || !peer_.is_local_socket || has_hung_up()) return abandon();
    wait_for_hang_up();
}

void Connection::wait_for_hang_up() {
    if (watching_) return;
    watching_ = true;
    socket_.async_wait(Socket::wait_error,
                       [self = shared_from_this()](const boost::system::error_code& failure) {
                           self->watching_ = false;
                           if (failure) return;
                           if (self->phase_ == Phase::upgraded) self->look_at_upgraded();
                           if (self->is_watched() && self->has_hung_up()) self->abandon();
                       });
}

/// A reader takes what the peer still sent before it went, and then sees the end itself.
void Connection::look_at_upgraded() {
    if (!has_hung_up()) return wait_for_hang_up();
    if (!reading_) abandon();
}

bool Connection::has_hung_up() const {
    pollfd query{const_cast<Socket&>(socket_).native_handle(), POLLRDHUP, 0};
    if (::poll(&query, 1, 0) <= 0) return false;
    const int fatal = peer_.is_local_socket ? POLLHUP | POLLERR : POLLHUP | POLLERR | POLLRDHUP;
    return (query.revents & fatal) != 0;
}

Task<> Connection::closed() {
    while (!gone_) co_await closed_.async_wait();
}

void Connection::sweep(Clock::time_point now) {
    if (is_watched()) {
        if (!watching_ && has_hung_up()) return abandon();
        if (!watching_) watch();
        return;
    }
    if (phase_ == Phase::upgraded) {
        if (now >= deadline_) return abandon();
        if (!watching_) look_at_upgraded();
        return;
    }
    if (now < deadline_) return;
    expired_ = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Connection::close_when_idle() {
    closing_ = true;
    if (phase_ != Phase::idle) return;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Connection::set_gone() {
    gone_ = true;
    closing_ = true;
    closed_.cancel();
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Connection::abandon() {
    if (gone_) return;
    set_gone();
    signal_.emit(asio::cancellation_type::terminal);
}

void Connection::close() {
    gone_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
}

}  // namespace mcpm::http
