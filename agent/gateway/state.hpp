// The gateway's inside: what joins its parts to the upstream sessions. The parts know nothing of one another:
// what addresses reach (scopes.hpp), who is there (client_book.hpp), what waits for a place (fair_queue.hpp),
// who listens (listens.hpp), whose client has questions (parking_lot.hpp), whose a task or
// a process is (task_owners.hpp, own_processes.hpp), who subscribed (subscribers.hpp).
// The methods here send, wake and answer; one .cpp per concern. Internal to the room.
#pragma once

#include "agent/async/task_group.hpp"
#include "agent/gateway/client_book.hpp"
#include "agent/gateway/fair_queue.hpp"
#include "agent/gateway/gateway.hpp"
#include "agent/gateway/listens.hpp"
#include "agent/gateway/messages.hpp"
#include "agent/gateway/own_processes.hpp"
#include "agent/gateway/parking_lot.hpp"
#include "agent/gateway/scopes.hpp"
#include "agent/gateway/subscribers.hpp"
#include "agent/gateway/task_owners.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::gateway {

/// The first roots/list of a process of a client's own: no call goes there before it was answered.
struct RootsQuestion {
    enum class Stage { not_asked, asked, answered };
    Stage stage = Stage::not_asked;
    std::string upstream_id;
    std::string message;  // as it went to the client's GET stream, which nobody may read
};

/// A process of a client's own that is wanted for the call `x`; ahead of any call when that is null.
struct OwnWish {
    ClientPtr client;
    TargetPtr target;
    std::string capabilities;
    ExchangePtr x;
    bool for_call = false;  // the process ends with the call
};

/// What clients share at one upstream session. It outlives the session: a server that is started again is
/// told of subscriptions and levels again.
struct Upstream {
    std::set<ExchangePtr> open;             // sent, not answered
    std::set<ExchangePtr> parked;           // the same, while their clients are asked for input
    FairQueue<Client*, ExchangePtr> queue;  // waiting for a place
    Subscribers subscribers;
    std::optional<int> level;   // what the server was told
    std::set<std::string> due;  // list_changed notices not yet passed on
    bool flush_armed = false;
    bool told_unfit = false;  // the log of the server says which tools clients over HTTP do not get
    bool has_been_open = false;
    std::uint64_t listen = 0;        // the gateway's own subscriptions/listen there; 0 = none
    std::set<std::string> listened;  // URIs in it
    RootsQuestion roots;
};

struct Gateway::State : std::enable_shared_from_this<Gateway::State> {
    State(Loop& loop_, mcp::Sessions& sessions_, Directory& directory_, GatewayLimits limits_);

    // gateway.cpp: dispatch
    ExchangePtr begin(const ClientPtr& client, MessagePtr message, mcp::Era era, std::shared_ptr<Outbox> out,
                      const TraceHeaders& headers);
    void dispatch(const ExchangePtr& x);
    bool check_envelope(const ExchangePtr& x);
    void note_held(Exchange& x, std::string_view tool);
    void ping(const ExchangePtr& x);
    bool point_at_server(const ExchangePtr& x);
    void route(const ExchangePtr& x);
    std::function<std::string(std::string)> list_filter(TargetPtr target);
    const mcp::SessionFacts* facts_now(const TargetPtr& target, mcp::SessionFacts& kept);

    // clients.cpp: opening, levels, subscriptions, the end
    void initialize(const ExchangePtr& x);
    void answer_initialize(const ExchangePtr& x, const mcp::SessionFacts& facts);
    void discover(const ExchangePtr& x);
    static Task<> open_when_awake(std::shared_ptr<State> self, ExchangePtr x);
    mcp::SessionFacts aggregate_facts(const Scope& scope);
    void set_level(const ExchangePtr& x);
    void tell_level(const std::string& key);
    void subscribe(const ExchangePtr& x);
    void unsubscribe(const ExchangePtr& x);
    void release(Client& client, const std::string& server_id, const std::string& uri);
    void end(const ClientPtr& client, std::string_view error = {});
    void arm_sweep();
    static Task<> sweep_sessions(std::shared_ptr<State> self);

    // calls.cpp: to the server and back
    void submit(const ExchangePtr& x);
    void submit_call(const ExchangePtr& x);
    bool needs_own(const Exchange& x) const;
    const mcp::SessionFacts* roots_wish(const std::string& server_id, KeptPtr& kept) const;
    bool needs_roots(const Exchange& x) const;
    static Task<> open_own(std::shared_ptr<State> self, ExchangePtr x);
    static Task<Result<std::string>> own_process(std::shared_ptr<State> self, OwnWish wish);
    static Task<> open_ahead(std::shared_ptr<State> self, OwnWish wish);
    void end_own(const std::string& key);
    void end_calls(const std::string& key);
    std::string_view word_of_waiting(const Exchange& x);
    static Task<> wake_and_send(std::shared_ptr<State> self, ExchangePtr x);
    bool answer_from_kept(const ExchangePtr& x);
    void send_or_queue(const ExchangePtr& x);
    void send_now(const ExchangePtr& x);
    const mcp::SessionFacts* facts_of_answer(const std::string& key,
                                             std::optional<mcp::SessionFacts>& last) const;
    void on_answer(const ExchangePtr& x, mcp::Answer&& answer);
    void next_in_queue(Upstream& upstream);
    void arm_deadline(const ExchangePtr& x, Duration limit);
    void on_deadline(const ExchangePtr& x);
    void withdraw(const ExchangePtr& x);
    void abandon(const ExchangePtr& x);
    void succeed(const ExchangePtr& x, std::string_view result);
    void fail(const ExchangePtr& x, int code, std::string_view message, std::string_view data = {},
              unsigned status = 200);
    void fail(const ExchangePtr& x, const Error& why);
    void pass_error(const ExchangePtr& x, std::string_view error);
    void finish(const ExchangePtr& x, std::string message);
    void let_go(const ExchangePtr& x);
    void note_usage(const Exchange& x);
    bool tell_server(const std::string& key, std::string method, std::string_view params);
    Upstream& upstream(const std::string& key);

    // roots.cpp: whose workspace a process is in
    bool ask_roots_first(const ExchangePtr& x);
    bool take_roots(const ExchangePtr& x);
    void open_with_roots(const ClientPtr& client, const TargetPtr& target);
    void on_roots_request(const ClientPtr& client, const std::string& key, const mcp::MessageScan& request);
    void offer_roots_question(Client& client, const std::string& key);
    void note_roots_answer(const std::string& key, std::string_view upstream_id);
    static Task<> until_roots(std::shared_ptr<State> self, ClientPtr client, std::string key);

    // notices.cpp: what comes unasked, in both directions
    ExchangePtr sole_caller(const std::string& key);
    bool on_request(const std::string& key, const mcp::MessageScan& request);
    void refuse_request(const std::string& key, const mcp::MessageScan& request, std::string_view method);
    void ask_client(const ClientPtr& client, const ExchangePtr& owner, const std::string& key,
                    const mcp::MessageScan& request);
    void forget_asked(const ExchangePtr& x);
    void on_notification(const std::string& key, std::string_view text);
    void on_log(const std::string& key, const mcp::MessageScan& scan);
    void on_list_changed(const std::string& key, std::string method);
    static Task<> flush_later(std::shared_ptr<State> self, std::string key);
    void flush(const std::string& key);
    void on_updated(const std::string& key, const mcp::MessageScan& scan);
    void on_server_cancelled(const std::string& key, const mcp::MessageScan& scan);
    void notified(const ClientPtr& client, const Message& message);
    void answered(const ClientPtr& client, const Message& message);

    // listen.cpp: subscriptions/listen on both sides
    void listen(const ExchangePtr& x);
    void subscribe_for(const ExchangePtr& x, const TargetPtr& target, const std::set<std::string>& uris);
    void listen_upstream(const std::string& key);
    void end_listen(const ExchangePtr& x);
    void notify_listens(const std::string& server_id, std::string_view method, std::string_view uri,
                        std::string_view params);
    void notify_aggregate_listens(std::string_view method);
    void session_opened(const std::string& key);
    void session_ended(const std::string& key);

    // input.cpp: input_required of a 2026-07-28 server for a client of the handshake era
    static Task<> relay_input(std::shared_ptr<State> self, ExchangePtr x, std::string result);

    // parking.cpp: questions of a handshake-era server during a call of a client of 2026-07-28
    bool take_question(const ExchangePtr& x, const mcp::MessageScan& request);
    void hand_over(const ExchangePtr& from, const ExchangePtr& to);
    void park(const ExchangePtr& x);
    void unpark(const ExchangePtr& x);
    bool keep_outcome(const ExchangePtr& x, mcp::Answer& answer);
    bool resume(const ExchangePtr& x);
    void give_answers(const ExchangePtr& x, const mcp::JsonSlice& responses);

    // aggregate.cpp: many servers as one
    void route_aggregate(const ExchangePtr& x);
    void list_aggregate(const ExchangePtr& x);
    void show_other_uri(const ExchangePtr& x, const std::string& shown);
    void mark_uris(const ExchangePtr& x);
    bool point_at_tool(const ExchangePtr& x, const std::string& shown);
    void complete_aggregate(const ExchangePtr& x);
    void find_tools(const ExchangePtr& x);
    void call_found(const ExchangePtr& x);
    void offers_may_have_changed();
    static Task<> tell_of_offers(std::shared_ptr<State> self);
    void forget_removed();

    // tasks.cpp: requests about tasks
    bool may_ask_for_tasks(const ExchangePtr& x);
    bool point_at_task(const ExchangePtr& x);
    void note_task(const ExchangePtr& x, std::string_view result);
    static std::string as_shown_tasks(const Exchange& x, std::string text);

    Loop& loop;
    mcp::Sessions& sessions;
    Directory& directory;
    Scopes scopes;
    GatewayLimits limits;
    TaskGroup tasks;
    Deadlines<Exchange> deadlines, patience;
    ClientBook clients;
    std::map<std::string, Upstream> upstreams;
    OwnProcesses own_processes;
    Listens listens;
    ParkingLot parked;
    std::string told_offers;
    bool offers_due = false;
    TaskOwners task_owners;
    bool sweeping = false;
    bool closed = false;
    Counts counts;
    Usage usage;
    traces::Tracer* tracer = nullptr;           // of calls; null = nobody
    traces::DurationBook* durations = nullptr;  // null = nobody keeps them
    bool sessions_go_on = true;                 // in the agent after this one, once this room is closed
};

/// The server's own URI of one that is shown with its server in front.
std::string own_uri(const Scope& scope, const std::string& shown);

/// {"uri": …}
std::string uri_params(const std::string& uri);

}  // namespace mcpm::gateway
