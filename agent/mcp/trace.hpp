// The traffic of one server as it passes, for those who watch it (GET /api/servers/{id}/trace). Costs nothing
// while nobody does; nothing is kept for later. Bounded; not redacted here: who writes records out does that.
#pragma once

#include "agent/async/feed.hpp"
#include "agent/mcp/peer.hpp"
#include "common/server_spec.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mcpm::mcp {

enum class TraceKind : std::uint8_t { request, notification, response, error, other };

struct TraceRecord {
    Timestamp at{};
    bool to_server = true;
    TraceKind kind = TraceKind::other;
    std::string client = {};                             // who asked, when that is known
    std::string method = {};                             // of an answer: of what it answers
    std::string name = {};                               // tool, prompt or URI
    std::string id = {};                                 // JSON text, between the agent and the server
    std::string trace = {};                              // of `traceparent` in its _meta, or what it answers
    std::optional<std::chrono::microseconds> took = {};  // of an answer
    bool tool_failed = false;                            // a result with isError
    std::uint64_t bytes = 0;
    std::string message = {};  // the whole of it; empty when it was too long
};

class Trace {
  public:
    static constexpr std::size_t capacity = 256;
    static constexpr std::size_t longest_message = 64u << 10;

    explicit Trace(Loop& loop) : feed_(loop, capacity) {}

    /// Records are made while one of these lives.
    class Watch {
      public:
        explicit Watch(std::shared_ptr<Trace> trace) : trace_(std::move(trace)) { ++trace_->watchers_; }
        ~Watch();
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;
        Feed<TraceRecord>& feed() { return trace_->feed_; }

      private:
        std::shared_ptr<Trace> trace_;
    };

    bool is_watched() const { return watchers_ > 0; }
    /// Whose request the next message to the server is.
    void set_client(std::string_view client) { client_ = client; }
    void message(std::string_view text, bool to_server);
    /// A sentence about what is no message.
    void remark(std::string what);

  private:
    struct Open {
        std::string method, name, client, trace;
        Clock::time_point since;
    };
    using Key = std::pair<bool, std::string>;  // asked by the agent, id

    Feed<TraceRecord> feed_;
    int watchers_ = 0;
    std::string client_;
    std::map<Key, Open> open_;
};

/// `peer` with a trace around it; `make` gets the events that it must be given.
std::shared_ptr<Peer> traced(const std::shared_ptr<Trace>& trace, Peer::Events events, const PeerMaker& make);

}  // namespace mcpm::mcp
