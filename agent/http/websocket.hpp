// A connection that goes on as a WebSocket (RFC 6455): texts both ways. Beast stays behind it. Compression is
// not offered.
#pragma once

#include "agent/async/task.hpp"
#include "agent/http/message.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace mcpm::http {

/// Valid until the coroutine that serves it has ended. One reads; one writes, pings and closes; both may wait
/// at once.
class WebSocket {
  public:
    virtual ~WebSocket() = default;
    /// The next message, at most 16 KiB of UTF-8; valid until the next read(). Nothing when the peer is gone,
    /// has closed, or broke the rules (which it is told by the code it is closed with).
    virtual Task<std::optional<std::string_view>> read() = 0;
    /// All of it; suspends while the peer's window is full. False when the peer is gone or took nothing for
    /// as long as Limits::write_answer; then stop.
    virtual Task<bool> write(std::string_view text) = 0;
    /// Asks for a sign of life.
    virtual Task<bool> ping() = 0;
    /// Grows with every message and answered ping.
    virtual std::uint64_t signs_of_life() const = 0;
    /// Says why, and ends: a read() that waits completes with nothing. `reason` has at most 123 bytes.
    virtual Task<> close(std::uint16_t code, std::string_view reason) = 0;
    /// Ends without a word: the peer seems to be gone.
    virtual void drop() = 0;
};

/// "101 Switching Protocols" to a WebSocket, and then `serve`; 426 when it is not asked for, 400 when it is
/// asked for wrongly.
Response accept_websocket(const Request& request, std::function<Task<>(WebSocket&)> serve);

}  // namespace mcpm::http
