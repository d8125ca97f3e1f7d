// Session: what askers want of an open one.
#include "agent/async/notifier.hpp"
#include "agent/mcp/session.hpp"
#include "agent/mcp/session_record.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mcpm::mcp {

namespace {

constexpr std::size_t pages_limit = 1000;
constexpr std::size_t list_limit = 64u << 20;
constexpr std::size_t cached_list_limit = 8u << 20;

struct ListKind {
    std::string_view method;
    std::string_view capability;
    std::string_view member;
};

constexpr std::array<ListKind, 4> list_kinds{{
    {"tools/list", "tools", "tools"},
    {"prompts/list", "prompts", "prompts"},
    {"resources/list", "resources", "resources"},
    {"resources/templates/list", "resources", "resourceTemplates"},
}};

const ListKind* find_list_kind(std::string_view method) {
    const auto found = std::find_if(list_kinds.begin(), list_kinds.end(),
                                    [method](const ListKind& kind) { return kind.method == method; });
    return found == list_kinds.end() ? nullptr : &*found;
}

/// How long a per-request answer may be kept; none said means not at all.
Duration lifetime_of(std::string_view result) {
    const auto text = member(result, "ttlMs").text;
    const auto milliseconds = parse_own_id(text);
    return Duration(static_cast<std::int64_t>(std::min<std::uint64_t>(milliseconds.value_or(0), 86'400'000)));
}

/// Pages of one list on their way to one array.
struct Joined {
    std::string text = "[";
    std::string cursor;  // JSON text of the next one; empty at the end
    Duration lifetime{86'400'000};

    Result<> add(const ListKind& kind, std::string_view result) {
        const JsonSlice items = member(result, kind.member);
        if (items.type != JsonType::array)
            return wrong(kind, "its answer has no array '" + std::string(kind.member) + "'");
        std::string_view inside = items.text.substr(1, items.text.size() - 2);
        if (inside.find_first_not_of(" \t\r\n") != std::string_view::npos) {
            if (text.size() + inside.size() > list_limit)
                return wrong(kind, "the list is over " + format_bytes(list_limit));
            if (text.size() > 1) text.push_back(',');
            text.append(inside);
        }
        lifetime = std::min(lifetime, lifetime_of(result));
        const JsonSlice next = member(result, "nextCursor");
        const bool more = next.type == JsonType::string && next.text.size() > 2;
        if (more && next.text == cursor) return wrong(kind, "it gives the same cursor again and again");
        cursor = more ? std::string(next.text) : std::string();
        return {};
    }

    static Error wrong(const ListKind& kind, const std::string& why) {
        return Error{ErrorCode::wrong_state, std::string(kind.method) + " of the server: " + why};
    }
};

Result<std::string> outcome_of(Answer& answer, const std::string& attempted) {
    switch (answer.kind) {
        case Answer::Kind::result:
            return std::move(answer.text);
        case Answer::Kind::rpc_error:
            return to_error(JsonSlice{answer.text, JsonType::object}, attempted);
        case Answer::Kind::failed:
            break;
    }
    return answer.why;
}

}  // namespace

Result<std::uint64_t> Session::send_request(Calls::Call&& call, std::string_view params, Manner manner) {
    const std::uint64_t id = calls_.next_id();
    RequestParts parts;
    parts.id = id;
    parts.method = call.method;
    parts.params = params;
    parts.own_meta = manner.meta;
    parts.wants_progress = manner.wants_progress;
    parts.scanned = manner.scanned;
    parts.trace = manner.trace;
    auto outgoing = make_outgoing(parts);
    if (!outgoing) return outgoing.error();
    call.name = std::move(outgoing->name);
    call.asker_token = std::move(outgoing->asker_token);
    call.has_token = outgoing->has_token;
    if (context_.callbacks.durations != nullptr) call.payload.sent = Clock::now();
    calls_.open(std::move(call));
    reserve_ids();
    const auto sent = peer_->send(std::move(outgoing->line), id);
    if (sent) return id;
    calls_.withdraw(id);
    return sent.error();
}

Result<> Session::may_call(std::string_view method) const {
    const auto attempted = [this] { return "call '" + attachment_.server_name + "': "; };
    if (!ready_) {
        if (!gone_.message.empty()) return Error{ErrorCode::unavailable, gone_.message, gone_.details};
        return Error{ErrorCode::unavailable, attempted() + "its session is not open yet"};
    }
    // In the per-request era any client may ask a server what it is, as often as it likes.
    const bool may_ask_again = method == "server/discover" && facts_.era == Era::per_request;
    if (method == "initialize" || (method == "server/discover" && !may_ask_again)) {
        return Error{ErrorCode::validation_error,
                     attempted() + std::string(method) + " was done when the session was opened"};
    }
    if (calls_.size() < open_calls_limit) return {};
    return Error{ErrorCode::unavailable,
                 attempted() + std::to_string(calls_.size()) + " calls are open already"};
}

Result<std::uint64_t> Session::forward(Forward&& request) {
    const auto allowed = may_call(request.method);
    if (!allowed) return allowed.error();
    Calls::Call call;
    call.method = std::move(request.method);
    call.since = now_utc();
    call.payload.done = std::move(request.done);
    call.payload.progress = std::move(request.progress);
    if (context_.trace->is_watched()) context_.trace->set_client(request.client);
    const std::string_view meta = request.meta ? std::string_view(*request.meta) : own_meta_;
    const bool listens = call.method == "subscriptions/listen";
    auto sent =
        send_request(std::move(call), request.params, Manner{false, meta, request.scanned, &request.trace});
    if (listens) note_listens();
    return sent;
}

bool Session::cancel(std::uint64_t call, std::string_view reason) {
    const auto found = calls_.open_calls().find(call);
    if (found == calls_.open_calls().end()) return false;
    const bool listens = found->second.method == "subscriptions/listen";
    give_up(call, reason, ErrorCode::cancelled);
    if (listens) note_listens();
    ++counts_.cancelled;
    return true;
}

Result<> Session::send(std::string line) {
    if (ready_) return peer_->send(std::move(line));
    return Error{ErrorCode::unavailable, "send to '" + attachment_.server_name + "': it has no session"};
}

Task<Result<std::string>> Session::call(std::shared_ptr<Session> self, std::string method, std::string params,
                                        CallOptions options) {
    std::string attempted = method;
    const auto allowed = self->may_call(method);
    if (!allowed) co_return allowed.error();
    const auto waiter = std::make_shared<Waiter>(self->context_.loop);
    waiter->timer.expires_after(options.timeout);
    Calls::Call call;
    call.method = std::move(method);
    call.since = now_utc();
    call.payload.done = [waiter](Answer&& answer) {
        waiter->answer = std::move(answer);
        waiter->timer.cancel();
    };
    call.payload.progress = std::move(options.progress);
    if (self->context_.trace->is_watched()) self->context_.trace->set_client("mcpm");
    const bool wants_progress = static_cast<bool>(call.payload.progress);
    const auto id = self->send_request(std::move(call), params, Manner{wants_progress, self->own_meta_});
    if (!id) co_return id.error();
    const std::string& name = self->calls_.open_calls().at(*id).name;
    if (!name.empty()) attempted += " '" + name + "'";
    co_await waiter->timer.async_wait();
    if (waiter->answer) co_return outcome_of(*waiter->answer, attempted);
    const auto state = co_await asio::this_coro::cancellation_state;
    const bool cancelled = state.cancelled() != asio::cancellation_type::none;
    self->give_up(*id, cancelled ? "the asker went away" : "timed out",
                  cancelled ? ErrorCode::cancelled : ErrorCode::timed_out);
    ++(cancelled ? self->counts_.cancelled : self->counts_.timed_out);
    if (cancelled) co_await check_cancelled();
    co_return Error{ErrorCode::timed_out, attempted + " of '" + self->attachment_.server_name +
                                              "': no answer within " + format_duration(options.timeout)};
}

void Session::give_up(std::uint64_t id, std::string_view reason, ErrorCode how) {
    if (peer_->withdraw(id)) return calls_.withdraw(id);
    if (const auto call = calls_.open_calls().find(id); call != calls_.open_calls().end())
        measure(call->second, how == ErrorCode::cancelled ? std::string_view("cancelled") : wire_name(how));
    if (!calls_.abandon(id)) return;
    send_or_count(make_notification("notifications/cancelled", R"({"requestId":)" + std::to_string(id) +
                                                                   R"(,"reason":)" + quote(reason) + "}"));
}

const std::string* Session::cached(const std::string& method) const {
    const auto found = lists_.find(method);
    return found != lists_.end() && Clock::now() < found->second.until ? &found->second.text : nullptr;
}

/// Change notices come unasked in the handshake era alone, so the other one says how long a list holds.
void Session::remember_list(const std::string& method, const std::string& text,
                            std::optional<Duration> lifetime, std::uint64_t generation) {
    if (generation != lists_generation_ || text.size() > cached_list_limit) return;
    const auto until = lifetime ? Clock::now() + *lifetime : Clock::time_point::max();
    lists_.insert_or_assign(method, CachedList{text, until});
}

Task<Result<std::string>> Session::list(std::shared_ptr<Session> self, std::string method) {
    const ListKind* const kind = find_list_kind(method);
    if (kind == nullptr)
        co_return Error{ErrorCode::validation_error, "list '" + method + "': there is no such list"};
    if (self->ready_) {
        if (!has_capability(self->facts_, kind->capability)) co_return std::string("[]");
        if (const std::string* const known = self->cached(method)) co_return *known;
    }
    const auto generation = self->lists_generation_;
    Joined joined;
    for (std::size_t page = 0; page < pages_limit; ++page) {
        std::string params = joined.cursor.empty() ? "{}" : R"({"cursor":)" + joined.cursor + "}";
        CallOptions options;
        auto result = co_await call(self, method, std::move(params), std::move(options));
        if (!result) co_return result.error();
        const auto added = joined.add(*kind, *result);
        if (!added) co_return added.error();
        if (!joined.cursor.empty()) continue;
        joined.text.push_back(']');
        const bool expires = self->facts_.era == Era::per_request;
        self->remember_list(method, joined.text, expires ? std::optional(joined.lifetime) : std::nullopt,
                            generation);
        co_return std::move(joined.text);
    }
    co_return Joined::wrong(*kind, "it has more than " + std::to_string(pages_limit) + " pages");
}

}  // namespace mcpm::mcp
