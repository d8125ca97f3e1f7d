#include "agent/mcp/sessions.hpp"

#include "agent/mcp/session.hpp"

#include <map>
#include <utility>

namespace mcpm::mcp {

struct Sessions::State {
    State(Loop& loop_, Callbacks callbacks_)
        : loop(loop_), callbacks(std::move(callbacks_)), group(loop_, report()) {}

    /// Only a bug gets here; it is told where noise is told, under no server's name.
    TaskGroup::Report report() {
        return [this](std::string_view name, std::string_view what) {
            if (callbacks.noise) callbacks.noise({}, std::string(name) + " failed: " + std::string(what));
        };
    }

    std::shared_ptr<Session> find(const std::string& server_id) const {
        const auto found = sessions.find(server_id);
        return found == sessions.end() ? nullptr : found->second;
    }

    /// One for all who watch a server and for its sessions; gone when there are neither.
    std::shared_ptr<Trace> trace_of(const std::string& server_id) {
        auto& known = traces[server_id];
        auto trace = known.lock();
        if (!trace) known = trace = std::make_shared<Trace>(loop);
        return trace;
    }

    void end(std::string server_id, const Error& why) {  // by value: it may be the key that goes
        const auto found = sessions.find(server_id);
        if (found == sessions.end()) return;
        const auto session = found->second;
        sessions.erase(found);
        session->close(why);
        if (session->learned() != EraHint::none) hints[server_id] = session->learned();
        std::erase_if(traces, [](const auto& trace) { return trace.second.expired(); });
        if (session->has_unlearned()) hints.erase(server_id);
    }

    Loop& loop;
    Callbacks callbacks;
    TaskGroup group;
    SharedBuffer buffer;
    std::map<std::string, std::shared_ptr<Session>> sessions;
    std::map<std::string, std::weak_ptr<Trace>> traces;
    std::map<std::string, EraHint>
        hints;  // one small entry per server that was ever met with silence or death
};

Sessions::Sessions(Loop& loop, Callbacks callbacks)
    : state_(std::make_unique<State>(loop, std::move(callbacks))) {}

Sessions::~Sessions() {
    while (!state_->sessions.empty()) {
        state_->end(state_->sessions.begin()->first, Error{ErrorCode::cancelled, "the agent is stopping"});
    }
}

void Sessions::attach(Attachment attachment) {
    const std::string id = attachment.server_id;
    state_->end(id, Error{ErrorCode::unavailable,
                          "call '" + attachment.server_name + "': the server was started again"});
    const auto hint = state_->hints.find(id);
    if (attachment.hint == EraHint::none && hint != state_->hints.end()) attachment.hint = hint->second;
    const Session::Context context{state_->loop, state_->group, state_->buffer, state_->callbacks,
                                   state_->trace_of(id)};
    const auto session = std::make_shared<Session>(context, std::move(attachment));
    state_->sessions[id] = session;
    session->start();
}

void Sessions::detach(const std::string& server_id, std::uint64_t run, Error why) {
    const auto session = state_->find(server_id);
    if (!session || session->run() != run) return;
    session->drain();
    state_->end(server_id, why);
}

void Sessions::forget_server(const std::string& server_id) {
    auto& hints = state_->hints;
    const auto first = hints.lower_bound(server_id);
    auto last = first;
    while (last != hints.end() && last->first.starts_with(server_id)) ++last;
    hints.erase(first, last);
}

void Sessions::close_input(const std::string& server_id, std::uint64_t run) {
    const auto session = state_->find(server_id);
    if (session && session->run() == run) session->close_input();
}

Task<Result<std::string>> Sessions::call(std::string server_id, std::string method, std::string params,
                                         CallOptions options) {
    auto session = state_->find(server_id);
    if (!session)
        co_return Error{ErrorCode::unavailable, method + ": the server has no session; it is not running"};
    co_return co_await Session::call(std::move(session), std::move(method), std::move(params),
                                     std::move(options));
}

Task<Result<std::string>> Sessions::list(std::string server_id, std::string method) {
    auto session = state_->find(server_id);
    if (!session)
        co_return Error{ErrorCode::unavailable, method + ": the server has no session; it is not running"};
    co_return co_await Session::list(std::move(session), std::move(method));
}

void Sessions::forget_lists(const std::string& server_id) {
    if (const auto session = state_->find(server_id)) session->forget_lists();
}

Result<std::uint64_t> Sessions::forward(const std::string& server_id, Forward&& request) {
    const auto session = state_->find(server_id);
    if (session) return session->forward(std::move(request));
    return Error{ErrorCode::unavailable, request.method + ": the server has no session; it is not running"};
}

bool Sessions::cancel(const std::string& server_id, std::uint64_t call, std::string_view reason) {
    const auto session = state_->find(server_id);
    return session && session->cancel(call, reason);
}

Result<> Sessions::send(const std::string& server_id, std::string line) {
    const auto session = state_->find(server_id);
    if (session) return session->send(std::move(line));
    return Error{ErrorCode::unavailable, "send to the server: it has no session; it is not running"};
}

EraHint Sessions::hint(const std::string& server_id) const {
    const auto known = state_->hints.find(server_id);
    return known == state_->hints.end() ? EraHint::none : known->second;
}

const SessionFacts* Sessions::open_facts(const std::string& server_id) const {
    const auto session = state_->find(server_id);
    return session ? session->open_facts() : nullptr;
}

std::size_t Sessions::open_calls(const std::string& server_id) const {
    const auto session = state_->find(server_id);
    return session ? session->open_calls() : 0;
}

std::optional<SessionFacts> Sessions::facts(const std::string& server_id) const {
    const auto session = state_->find(server_id);
    return session ? session->facts() : std::nullopt;
}

std::vector<CallInFlight> Sessions::in_flight(const std::string& server_id) const {
    const auto session = state_->find(server_id);
    return session ? session->in_flight() : std::vector<CallInFlight>();
}

std::shared_ptr<Trace> Sessions::trace(const std::string& server_id) {
    return state_->trace_of(server_id);
}

SessionCounts Sessions::counts(const std::string& server_id) const {
    const auto session = state_->find(server_id);
    return session ? session->counts() : SessionCounts{};
}

Task<> Sessions::close() {
    while (!state_->sessions.empty()) {
        state_->end(state_->sessions.begin()->first, Error{ErrorCode::cancelled, "the agent is stopping"});
    }
    state_->group.cancel_all();
    co_await state_->group.drain();
}

}  // namespace mcpm::mcp
