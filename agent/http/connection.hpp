// One accepted socket, unix or TCP alike: waiting for bytes, writing all of some bytes, and noticing that the
// peer has gone while a request is being worked on. Owned by its session; knows no HTTP.
// Deadlines are looked at by the listener's sweep (about once a second), so that they cost nothing per
// request.
#pragma once

#include "agent/http/message.hpp"
#include "common/unique_fd.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <sys/uio.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace mcpm::http {

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    enum class Phase {
        idle,       // between requests
        reading,    // a request has begun
        handling,   // the endpoint works; cancelled when the peer goes
        streaming,  // the head is sent, the body comes piece by piece; likewise
        upgraded,   // no longer HTTP; the endpoint reads and writes
        writing,    // a whole answer is on its way
        lingering,  // refused; what the peer still sends is thrown away for a moment
    };
    enum class Fill { some, ended, expired };

    using Socket =
        UseOutcome::as_default_on_t<asio::basic_stream_socket<asio::generic::stream_protocol, Executor>>;

    /// While it lives somebody reads, and sees the peer's end himself.
    struct Reading {
        explicit Reading(Connection& connection) : of(connection) { of.reading_ = true; }
        ~Reading() { of.reading_ = false; }
        Reading(const Reading&) = delete;
        Reading& operator=(const Reading&) = delete;
        Connection& of;
    };

    Connection(Loop& loop, UniqueFd socket, Peer peer);

    /// Waits for bytes and appends them to buffer().
    Task<Fill> fill(std::size_t at_most);
    boost::beast::flat_buffer& buffer() { return buffer_; }

    enum class Sent { all, part, failed };
    /// What the kernel takes at once; `parts` become what is left. Most answers go whole.
    Sent send_at_once(std::span<iovec>& parts);
    /// All of it. False when the peer is gone or took nothing until the deadline.
    Task<bool> send(std::span<iovec> parts);
    /// What the kernel takes at once; for a last word.
    void send_now(std::string_view bytes);
    /// No more will be sent; the peer's end stays open.
    void finish_sending();

    void set_phase(Phase phase, Clock::time_point deadline = Clock::time_point::max());
    Phase phase() const { return phase_; }

    /// From now on bytes both ways; a peer that takes nothing for `patience` is given up. Its end is noticed
    /// by who reads; while nobody does, what runs is cancelled.
    void upgrade(std::chrono::seconds patience);
    /// Of an upgraded connection: for who speaks another protocol on it. Bytes of buffer() come before its
    /// own.
    Socket& socket() { return socket_; }
    /// Of an upgraded connection: until stop_waiting() its peer is given up when its patience is over.
    void wait_for_peer() { deadline_ = Clock::now() + patience_; }
    void stop_waiting() { deadline_ = Clock::time_point::max(); }
    /// The reader came to the end: whether the peer is gone altogether, too. If so, no cancellation follows.
    bool note_end();

    /// While handling or streaming: notices the peer's end. Bytes of the next request are kept (up to 64
    /// KiB).
    void watch();
    /// Completes when the peer is gone.
    Task<> closed();
    bool is_gone() const { return gone_; }
    /// Who is at the other end has shown who it is.
    bool is_known() const { return peer_.is_local_socket || peer_.memo->is_known; }

    /// From the sweep: wakes what waits beyond its deadline; looks for a peer that cannot be watched.
    void sweep(Clock::time_point now);
    /// No next request: an idle session ends at once.
    void close_when_idle();
    bool is_closing() const { return closing_; }
    /// As if the peer had gone: whatever is worked on is cancelled.
    void abandon();
    /// Abandons it without cancelling who asks for that: what waits on the socket ends.
    void drop() {
        if (!gone_) set_gone();
    }
    /// The session has ended. A wait of watch() may still hold this object; the descriptor goes now.
    void close();

    asio::cancellation_slot cancellation_slot() { return signal_.slot(); }
    const Peer& peer() const { return peer_; }

  private:
    bool is_watched() const { return phase_ == Phase::handling || phase_ == Phase::streaming; }
    std::ptrdiff_t receive(std::size_t at_most);
    void look_after_wait();
    void wait_for_hang_up();
    void look_at_upgraded();
    void set_gone();
    bool has_hung_up() const;

    Socket socket_;
    Peer peer_;
    boost::beast::flat_buffer buffer_;
    asio::cancellation_signal signal_;
    Timer closed_;
    Clock::time_point deadline_ = Clock::time_point::max();
    Phase phase_ = Phase::idle;
    std::chrono::seconds patience_{0};
    bool watching_ = false;
    bool reading_ = false;
    bool input_ended_ = false;
    bool expired_ = false;
    bool gone_ = false;
    bool closing_ = false;
};

}  // namespace mcpm::http
