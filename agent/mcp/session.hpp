// One server's session: opens it (era.hpp decides how), multiplexes all calls over one Peer, answers
// what the server asks, and ends every call when the server goes. Internal to the room; Sessions owns one per
// server.
#pragma once

#include "agent/mcp/json_rpc.hpp"
#include "agent/mcp/noise_gate.hpp"
#include "agent/mcp/opening_words.hpp"
#include "agent/mcp/session_record.hpp"
#include "agent/mcp/sessions.hpp"
#include "agent/mcp/stdio_peer.hpp"
#include "agent/mcp/trace.hpp"
#include "agent/traces/durations.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::mcp {

class Session : public std::enable_shared_from_this<Session> {
  public:
    static constexpr std::size_t open_calls_limit = 16384;

    struct Context {
        Loop& loop;
        TaskGroup& group;
        SharedBuffer& buffer;
        const Callbacks& callbacks;
        std::shared_ptr<Trace> trace;
    };

    Session(Context context, Attachment attachment);

    void start();
    void close(const Error& why);
    void close_input();
    /// The process has ended: what it said before is taken in.
    void drain() {
        if (peer_) peer_->drain();
    }

    Result<std::uint64_t> forward(Forward&& request);
    bool cancel(std::uint64_t call, std::string_view reason);
    Result<> send(std::string line);
    static Task<Result<std::string>> call(std::shared_ptr<Session> self, std::string method,
                                          std::string params, CallOptions options);
    static Task<Result<std::string>> list(std::shared_ptr<Session> self, std::string method);

    void forget_lists() {
        lists_.clear();
        ++lists_generation_;
    }

    std::uint64_t run() const { return attachment_.run; }
    EraHint learned() const { return learned_; }
    /// What was learned before was no help: the server fails without the question as well.
    bool has_unlearned() const {
        return attachment_.hint != EraHint::none && learned_ == EraHint::none &&
               opening_.phase() == Opening::Phase::failed &&
               opening_.failure() != Opening::Failure::timed_out;
    }
    /// Null also once its input is closed: no call goes there any more.
    const SessionFacts* open_facts() const { return ready_ && !stopping_ ? &facts_ : nullptr; }
    std::size_t open_calls() const { return calls_.size(); }
    std::optional<SessionFacts> facts() const { return ready_ ? std::optional(facts_) : std::nullopt; }
    std::vector<CallInFlight> in_flight() const;
    SessionCounts counts() const;

  private:
    struct Waiter {
        explicit Waiter(Loop& loop) : timer(loop) {}
        Timer timer;
        std::optional<Answer> answer;
    };
    enum class Purpose { asker, discover, initialize };
    struct Payload {
        Purpose purpose = Purpose::asker;
        std::function<void(Answer&&)> done = {};
        std::function<void(std::string_view)> progress = {};
        Clock::time_point sent{};  // only where durations are kept
    };
    using Calls = CallTable<Payload>;
    struct CachedList {
        std::string text;
        Clock::time_point until;
    };

    // opening
    void resume();
    void resume_opening(const std::vector<OpeningQuestion>& asked);
    void step(Opening::Event event);
    std::shared_ptr<Peer> make_peer();
    std::shared_ptr<Peer> make_stdio_peer(Peer::Events events);
    void send_opening(Purpose purpose);
    void store_facts();
    void become_ready();
    void fail_opening(Error why);
    void tell_learned();
    Error opening_error() const;
    void await_exit();
    void look_at_words();
    void on_opening_answer(Purpose purpose, const MessageScan& scan);
    static Task<> watch_opening(std::shared_ptr<Session> self);
    static Task<> watch_exit(std::shared_ptr<Session> self);

    // incoming
    Peer::Events peer_events();
    void on_line(std::string_view line, bool first);
    bool on_message(const MessageScan& scan);
    bool on_batch(const MessageScan& scan);
    bool on_unusable_answer(const MessageScan& scan);
    void on_oversized(std::string_view head, std::string_view tail, std::uint64_t length);
    void on_ended(const std::string& why);
    void on_lost(Error why);
    void on_unsent(std::uint64_t id, const Error& why);
    void on_answer(const MessageScan& scan, MessageKind kind);
    void on_request(const MessageScan& scan);
    void note_roots_wish();
    void note_listens();
    void end_former_listens();
    void on_notification(const MessageScan& scan);
    void on_progress(const MessageScan& scan);
    void report_noise(std::string_view line);

    // calls
    Result<> may_call(std::string_view method) const;
    struct Manner {
        bool wants_progress = false;
        std::string_view meta = {};
        const MessageScan* scanned = nullptr;
        const TraceKeys* trace = nullptr;
    };
    Result<std::uint64_t> send_request(Calls::Call&& call, std::string_view params, Manner manner);
    void give_up(std::uint64_t id, std::string_view reason, ErrorCode how);
    void reserve_ids();
    void fail_calls(const Error& why);
    void send_or_count(std::string line);
    static void complete(const Payload& payload, Answer&& answer);
    static void complete(const Payload& payload, const Error& why);

    // durations
    traces::EndedWork ended_work() const;
    void measure(const Calls::Call& call, std::string_view error,
                 std::optional<std::int64_t> code = std::nullopt) const;
    void measure_answer(const Calls::Call& call, const MessageScan& scan, MessageKind kind) const;
    void measure_end(const Error& why);

    // lists
    const std::string* cached(const std::string& method) const;
    void remember_list(const std::string& method, const std::string& text, std::optional<Duration> lifetime,
                       std::uint64_t generation);

    Context context_;
    Attachment attachment_;
    std::shared_ptr<Peer> peer_;
    Opening opening_;
    std::vector<OpeningQuestion> asked_;  // so far, of the opening
    Timer opening_timer_;
    Timer exit_timer_;
    OpeningWords words_;  // what came before there was a session
    Calls calls_;
    std::uint64_t reserved_ids_ = 0;
    SessionFacts facts_;
    std::string own_meta_;           // for every request of the per-request era
    std::string handshake_version_;  // what the server named
    std::string_view asked_version_ = newest_handshake_version;
    EraHint learned_ = EraHint::none;
    bool told_learned_ = false;
    bool ready_ = false;
    bool failed_ = false;  // the root was told that no session came about
    bool exit_awaited_ = false;
    bool closed_ = false;
    bool stopping_ = false;  // our end of stdin was closed on purpose
    Error gone_;             // why there is no session any more
    SessionCounts counts_;
    NoiseGate noise_;
    std::map<std::string, CachedList> lists_;
    std::uint64_t lists_generation_ = 0;
};

}  // namespace mcpm::mcp
