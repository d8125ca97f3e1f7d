// What `mcpm connect` knows of the conversation it carries, so that it can go on with an agent that was
// restarted: the calls in flight, how the session was opened, what is subscribed to. It only looks at
// messages; what it says again it says in the client's own words. Pure, bounded.
#pragma once

#include "common/json_scan.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace mcpm::cli {

enum class Verdict : std::uint8_t { pass, drop };

class ConnectMemory {
  public:
    /// A whole line without its newline; `at` is its place among all that the client sent.
    Verdict from_client(std::string_view line, std::uint64_t at);
    Verdict from_agent(std::string_view line);
    /// Of a line that was too long to be kept: its id as JSON text, and whether it names a method.
    void long_from_client(std::string_view id, bool has_method, std::uint64_t at);
    void long_from_agent(std::string_view id, bool has_method);

    /// The agent is gone, and what the client sent before `sent` with it. Returns lines for the client: an
    /// error for every call in flight but those that are repeated, a cancellation of every request of the
    /// server's.
    std::string lost(std::uint64_t sent);
    /// Errors for all calls that still wait to be sent.
    std::string fail_waiting(std::uint64_t sent, std::string_view why);
    /// The error for one call, which is forgotten.
    std::string lost_call(std::string_view id);
    bool has_waiting(std::uint64_t sent) const;
    /// Calls that an answer is still to come for, as the client named them: "7 (tools/call)". A listen is
    /// none.
    std::vector<std::string> unanswered() const;

    /// Lines that open the session again. When there is an answer to wait for, the others follow it.
    std::string opening(std::uint64_t sent);
    bool awaits_opening() const { return awaits_opening_; }
    std::string after_opening(std::uint64_t sent);
    /// The error with which the repeated handshake was refused.
    const std::optional<std::string>& refusal() const { return refusal_; }
    /// False when the handshake was too long to be kept.
    bool can_reopen() const { return !handshake_ || !handshake_->line.empty(); }

  private:
    enum class Kind : std::uint8_t { call, initialize, listen, subscribe, unsubscribe, set_level };
    struct Call {
        Kind kind = Kind::call;
        std::uint64_t at = 0;
        std::string line = {};    // of what may have to be repeated
        std::string method = {};  // cut to what a person reads
    };
    struct Line {
        std::string line;
        std::uint64_t at = 0;
        bool is_answered = false;
    };
    using Calls = std::unordered_multimap<std::string, Call>;

    static Kind kind_of(std::string_view method);
    void request(const mcp::MessageScan& scan, std::string_view method, std::uint64_t at);
    void notification(const mcp::MessageScan& scan, std::string_view method, std::uint64_t at);
    Verdict answer(std::string_view id, std::string_view error);
    void take_effect(const Call& call);
    Verdict client_answers(std::string_view id);
    std::string next_id();
    bool has_in_flight(Kind kind) const;
    bool is_second_acknowledgement(const mcp::MessageScan& scan);
    static std::string again(std::string_view line, std::string_view id);
    bool has_space(std::size_t more) const;
    void forget(Calls::iterator call);

    Calls calls_;
    std::size_t kept_bytes_ = 0;
    std::optional<Line> handshake_, initialized_;
    std::string level_;                                           // the request that set it
    std::unordered_map<std::string, std::string> subscriptions_;  // uri -> request
    std::unordered_set<std::string> asked_;                       // requests of the server's, in flight
    std::unordered_set<std::string> stale_;                       // of a server side that is gone
    std::unordered_set<std::string> own_;           // ids of ours, whose answers nobody waits for
    std::unordered_set<std::string> acknowledged_;  // listen requests; the client has been told
    std::unordered_set<std::string> repeated_;      // of these, those that will be acknowledged again
    std::string own_opening_;                       // the id of the repeated handshake
    std::uint64_t own_count_ = 0;
    bool awaits_opening_ = false;
    std::optional<std::string> refusal_;
};

}  // namespace mcpm::cli
