// The gateway's inside: one struct, its methods in one file per concern (gateway, calls, clients, notices,
// listen, input, parking, aggregate). Internal to the room.
#pragma once

#include "agent/async/task_group.hpp"
#include "agent/gateway/catalog.hpp"
#include "agent/gateway/gateway.hpp"
#include "agent/gateway/messages.hpp"
#include "agent/gateway/tool_index.hpp"

#include <nlohmann/json_fwd.hpp>

#include <compare>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::gateway {

/// A client's open subscriptions/listen (2026-07-28).
struct Listen {
    ExchangePtr exchange;
    bool tools = false, prompts = false, resources = false;
    std::set<std::string> uris;
};

/// The first roots/list of a process of a client's own: no call goes there before it was answered.
struct RootsQuestion {
    enum class Stage { not_asked, asked, answered };
    Stage stage = Stage::not_asked;
    std::string upstream_id;
    std::string message;  // as it went to the client's GET stream, which nobody may read
};

/// The tools that find_tools looks through.
struct FindableTools {
    std::string digest;
    std::vector<const Catalog::Entry*> tools;  // of the catalog with that digest
    ToolIndex index;
};

/// For whom a process of its own is wanted. `x` null: ahead of any call.
struct OwnWish {
    ClientPtr client;
    TargetPtr target;
    std::string capabilities;
    ExchangePtr x;
    bool for_call = false;  // it ends with the call
};

/// What is shared at one upstream session. Outlives the session: subscriptions and levels are set again.
struct Upstream {
    std::set<ExchangePtr> open;                         // sent, not answered
    std::set<ExchangePtr> parked;                       // the same, while their clients are asked for input
    std::map<Client*, std::deque<ExchangePtr>> queues;  // waiting for a place
    std::deque<Client*> turns;                          // whose queue is next
    std::size_t queued = 0;
    std::map<std::string, std::set<Client*>> subscribers;  // of the handshake era, by URI
    std::optional<int> level;                              // what the server was told
    std::set<std::string> due;                             // list_changed notices not yet passed on
    bool flush_armed = false;
    bool told_unfit = false;  // of tools that are left out
    bool has_been_open = false;
    std::uint64_t listen = 0;        // our own subscriptions/listen
    std::set<std::string> listened;  // URIs in it
    RootsQuestion roots;
};

struct Gateway::State : std::enable_shared_from_this<Gateway::State> {
    State(Loop& loop_, mcp::Sessions& sessions_, Surroundings surroundings_, GatewayLimits limits_);

    // gateway.cpp: the directory of servers, dispatch
    TargetPtr find_target(std::string_view name);
    const std::vector<TargetPtr>& targets();
    /// Of a scope that is one server, narrowed by its profile; null when it is not offered.
    TargetPtr target_of(const Scope& scope);
    std::vector<TargetPtr> members(const Scope& scope);
    std::vector<TargetPtr> members_of_profile(const std::string& profile);
    bool reaches(const Client& client, const std::string& server_id);
    ExchangePtr begin(const ClientPtr& client, MessagePtr message, mcp::Era era, std::shared_ptr<Outbox> out);
    void dispatch(const ExchangePtr& x);
    bool check_envelope(const ExchangePtr& x);
    void ping(const ExchangePtr& x);
    bool point_at_server(const ExchangePtr& x);
    void route(const ExchangePtr& x);
    std::function<std::string(std::string)> list_filter(TargetPtr target);
    std::vector<ClientPtr> everyone() const;
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
    void end(const ClientPtr& client);
    void arm_sweep();
    void restore_subscriptions(const ClientPtr& client, const nlohmann::json& subscriptions);
    void sessions_changed() {
        if (around.sessions_changed) around.sessions_changed();
    }
    static Task<> sweep_sessions(std::shared_ptr<State> self);

    // calls.cpp: to the server and back
    void submit(const ExchangePtr& x);
    bool needs_own(const Exchange& x) const;
    const mcp::SessionFacts* roots_wish(const std::string& server_id, KeptPtr& kept) const;
    bool needs_roots(const Exchange& x) const;
    static Task<> open_own(std::shared_ptr<State> self, ExchangePtr x);
    static Task<Result<std::string>> own_process(std::shared_ptr<State> self, OwnWish wish);
    static Task<> open_ahead(std::shared_ptr<State> self, OwnWish wish);
    void end_own(const std::string& key);
    static Task<> wake_and_send(std::shared_ptr<State> self, ExchangePtr x);
    bool answer_from_kept(const ExchangePtr& x);
    void send_or_queue(const ExchangePtr& x);
    void send_now(const ExchangePtr& x);
    void on_answer(const ExchangePtr& x, mcp::Answer answer);
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
    static bool forget_question(const Exchange& x, std::string_view upstream_id);
    bool resume(const ExchangePtr& x);
    void give_answers(const ExchangePtr& x, const mcp::JsonSlice& responses);

    // aggregate.cpp: many servers as one
    const Catalog& catalog(const Scope& scope);
    TargetPtr owner_of_uri(const Scope& scope, const std::string& uri);
    void route_aggregate(const ExchangePtr& x);
    void list_aggregate(const ExchangePtr& x);
    void show_other_uri(const ExchangePtr& x, const std::string& shown);
    void mark_uris(const ExchangePtr& x);
    bool point_at_tool(const ExchangePtr& x, const std::string& shown);
    void complete_aggregate(const ExchangePtr& x);
    const FindableTools& tools_to_find(const Scope& scope);
    void find_tools(const ExchangePtr& x);
    void call_found(const ExchangePtr& x);
    void offers_may_have_changed();
    static Task<> tell_of_offers(std::shared_ptr<State> self);
    std::string offers_digest(const Scope& scope);

    // task_owners.cpp: whose a task is
    bool check_task(const ExchangePtr& x);
    void note_task(const ExchangePtr& x, std::string_view result);
    static std::string with_shown_tasks(const Exchange& x, std::string text);

    Loop& loop;
    mcp::Sessions& sessions;
    Surroundings around;
    GatewayLimits limits;
    TaskGroup tasks;
    Deadlines<Exchange> deadlines, patience;
    std::map<std::string, ClientPtr, std::less<>> clients;  // sessions, by id
    std::set<ClientPtr> stdio;
    std::map<std::string, Upstream> upstreams;
    std::map<std::string, std::weak_ptr<Client>> owners;  // of processes of their own, by key
    std::uint64_t next_own = 1;
    std::vector<Listen> listens;
    std::map<std::string, ExchangePtr, std::less<>> parked;  // by requestState
    std::vector<TargetPtr> directory;
    std::map<std::string, Catalog> catalogs;       // by scope; as many as there are profiles
    std::map<std::string, FindableTools> indexes;  // by scope
    std::string told_offers;
    bool offers_due = false;
    struct TaskName {
        std::string server_id, id;  // the server's own: two servers may call theirs the same
        auto operator<=>(const TaskName&) const = default;  // NOLINT(modernize-use-nullptr): not written here
    };
    std::map<TaskName, std::string> task_owners;  // principals
    std::deque<TaskName> task_order;              // the oldest go first
    std::uint64_t directory_version = 0;          // of no directory
    bool sweeping = false;
    bool closed = false;
    Counts counts;
    Usage usage;
};

/// The server's own URI of one that is shown with its server in front.
std::string own_uri(const Scope& scope, const std::string& shown);

/// How often one call may be given back for input.
inline constexpr unsigned input_rounds_limit = 16;
/// Those whose server may ask for input, and whose result may be input_required.
bool may_need_input(std::string_view method);
/// Nobody of its client waits for it here at present.
bool is_parked(const Exchange& x);
/// Who waits for the answer of the call that `x` made.
ExchangePtr latest_of(const ExchangePtr& x);

/// 256 bits from the kernel as hexadecimal digits.
std::string unguessable_id();

/// {"uri": …}
std::string uri_params(const std::string& uri);

/// Members of the rules of a server's or profile's tools.
bool is_allowed(const Target& target, std::string_view tool);
/// What clients call it, and back; the name itself when it was not renamed.
std::string shown_name(const Target& target, std::string_view tool);
std::string real_name(const Target& target, std::string_view shown);

}  // namespace mcpm::gateway
