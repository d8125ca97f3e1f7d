// The far end of one server's session: messages go to it and come from it, one JSON text each. How they
// travel is the implementation's: a process's pipes (StdioPeer) or a remote's HTTP (HttpPeer). Never blocks
// the loop.
#pragma once

#include "agent/async/task_group.hpp"
#include "common/error.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace mcpm::mcp {

struct PeerLimits {
    std::size_t line = 16u << 20;          // an incoming message
    std::size_t queued_bytes = 32u << 20;  // outgoing
    std::size_t queued_messages = 1024;
    std::size_t read_per_turn = 256u << 10;
    std::size_t write_per_turn = 1u << 20;
};

class Peer {
  public:
    struct Events {
        /// A whole message without a newline at its end; `first` when it is the first of a resumed stream and
        /// may be torn.
        std::function<void(std::string_view line, bool first)> line;
        /// A message over the limit was dropped; its beginning and its end, as far as they were kept.
        std::function<void(std::string_view head, std::string_view tail, std::uint64_t length)> oversized;
        /// A process will say no more; said once, and not after close().
        std::function<void(std::string why)> ended;
        /// A remote cannot be reached, or not any more, and this peer has given up; said once, instead of
        /// `ended`, and not after close(). No message follows.
        std::function<void(Error why)> lost;
        /// A remote had forgotten the session, and there is another one now: what it was told (subscriptions,
        /// a log level) has to be told again.
        std::function<void()> reopened = {};
        /// A message that send() took and its sender named cannot be sent any more, nor anything after it; a
        /// process may live on, deaf.
        std::function<void(std::uint64_t tag, const Error& why)> unsent = {};
    };

    virtual ~Peer() = default;
    Peer() = default;
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    /// Events may come from here on; those of a remote not before this returns.
    virtual Result<> start(TaskGroup& group) = 0;

    /// Sends one message (without newline) or queues it. unavailable when the queue is full or nothing can be
    /// sent any more. `tag` names it for withdraw(); 0 for none.
    virtual Result<> send(std::string line, std::uint64_t tag) = 0;
    Result<> send(std::string line) { return send(std::move(line), 0); }
    /// Takes back a queued message of which nothing was sent yet.
    virtual bool withdraw(std::uint64_t tag) = 0;

    /// Nothing is sent any more; what comes is still read.
    virtual void close_input() = 0;
    /// Reads what lies there already, without waiting: a process that has ended may have said something
    /// before.
    virtual void drain() {}
    /// The end. No event comes after this.
    virtual void close() = 0;

    virtual bool input_open() const = 0;
    virtual std::size_t queued_bytes() const = 0;
};

/// Makes the peer of one session. The events are called on the loop thread.
using PeerMaker = std::function<std::shared_ptr<Peer>(Peer::Events events)>;

}  // namespace mcpm::mcp
