// To the server and back: waking, queueing, forwarding, the answer.
#include "agent/gateway/lists.hpp"
#include "agent/gateway/state.hpp"
#include "agent/gateway/tool_edits.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::gateway {

using mcp::Era;

namespace {

const std::string& kept_list(const Kept& kept, std::string_view method) {
    if (method == "tools/list") return kept.tools;
    if (method == "prompts/list") return kept.prompts;
    return method == "resources/list" ? kept.resources : kept.resource_templates;
}

/// What a request of a handshake-era client says in `_meta` towards a 2026-07-28 server.
std::string envelope_for(const Client& client) {
    std::string meta = mcp::per_request_meta(client.capabilities);
    if (client.level) {
        meta +=
            R"(,"io.modelcontextprotocol/logLevel":")" + std::string(log_level_name(*client.level)) + "\"";
    }
    return meta;
}

/// Whether a request has the requestState of a call that its client makes again. A server of the handshake
/// era gives nobody one.
bool brings_state(std::string_view params) {
    return mcp::has_word(params, R"("requestState")") && mcp::member(params, "requestState");
}

bool speaks_of_task(std::string_view result) {
    return mcp::has_word(result, R"("taskId")");
}

std::string why_text(const Error& why) {
    return why.hint.empty() ? why.message : why.message + " (" + why.hint + ")";
}

}  // namespace

std::string uri_params(const std::string& uri) {
    return R"({"uri":)" + mcp::quote(uri) + "}";
}

Upstream& Gateway::State::upstream(const std::string& key) {
    return upstreams[key];
}

/// A request of the gateway's own whose answer changes nothing. False when it could not be sent.
bool Gateway::State::tell_server(const std::string& key, std::string method, std::string_view params) {
    mcp::Forward request;
    request.method = std::move(method);
    request.params = params;
    return sessions.forward(key, std::move(request)).has_value();
}

/// A call of a tool, with what the definition changes of its arguments.
void Gateway::State::submit_call(const ExchangePtr& x) {
    const std::string_view params = x->params_text();
    const std::string name = decode_string(mcp::member(params, "name"));
    const auto edit = x->target->tools.edit.find(name);
    if (edit == x->target->tools.edit.end()) return submit(x);
    const auto kept = directory.kept(x->target->id);
    const auto entry = kept ? find_tool(kept->tools, name) : std::string_view();
    auto edited = edited_params(edit->second, params, entry);
    if (!edited) return fail(x, mcp::rpc_code::invalid_params, "Invalid params: " + edited.error().message);
    x->params = std::move(*edited);
    submit(x);
}

void Gateway::State::submit(const ExchangePtr& x) {
    if (x->key.empty() && needs_own(*x)) {
        if (ask_roots_first(x)) return;
        const auto own = x->client->own_sessions.find(x->target->id);
        if (own == x->client->own_sessions.end() || sessions.open_facts(own->second) == nullptr) {
            arm_deadline(x, limits.call);
            tasks.spawn("an own process of " + x->target->name, open_own(shared_from_this(), x));
            return;
        }
        x->key = own->second;
    }
    if (x->key.empty()) x->key = x->target->id;
    if (x->target->is_lazy && !x->hold) x->hold = directory.hold(x->target->id);
    if (sessions.open_facts(x->key) != nullptr) return send_or_queue(x);
    if (answer_from_kept(x)) return;
    arm_deadline(x, limits.call);
    note_event(*x, "waking");
    tasks.spawn("wake " + x->target->name, wake_and_send(shared_from_this(), x));
}

/// A list of a server that sleeps or is being started: what the server offered last. False when this is no
/// list, or nothing is known.
bool Gateway::State::answer_from_kept(const ExchangePtr& x) {
    const std::string_view member = list_member(x->method);
    if (member.empty() || !directory.is_up(x->target->id)) return false;
    const auto kept = directory.kept(x->target->id);
    if (!kept || kept->facts.protocol_version.empty()) return false;
    std::string result = "{\"" + std::string(member) + "\":" + kept_list(*kept, x->method) + "}";
    if (x->rewrite) result = x->rewrite(std::move(result));
    if (x->era == Era::per_request) result = modern_result(result, x->method, kept->facts);
    succeed(x, result);
    return true;
}

/// What the server did while the call waited for it.
std::string_view Gateway::State::word_of_waiting(const Exchange& x) {
    if (x.target->is_lazy) return "woken";
    return directory.run_of(x.target->id) > 1 ? "restarted" : "started";
}

Task<> Gateway::State::wake_and_send(std::shared_ptr<State> self, ExchangePtr x) {
    const auto woke = co_await self->directory.wake(x->target->id);
    if (x->done) co_return;
    if (!woke) {
        self->fail(x, woke.error());
        co_return;
    }
    if (x->trace) note_event(*x, self->word_of_waiting(*x));
    self->send_or_queue(x);
}

void Gateway::State::send_or_queue(const ExchangePtr& x) {
    Upstream& up = upstream(x->key);
    if (up.open.size() < limits.concurrent && up.queue.is_empty()) return send_now(x);
    if (up.queue.size() >= limits.queue) {
        return fail(x, Error{ErrorCode::unavailable, "call '" + x->target->name +
                                                         "': " + std::to_string(up.queue.size()) +
                                                         " calls are waiting for it already"});
    }
    up.queue.push(x->client.get(), x);
    note_event(*x, "queued");
    arm_deadline(x, limits.queued);
}

void Gateway::State::next_in_queue(Upstream& up) {
    const auto is_over = [](const ExchangePtr& x) { return x->done; };
    while (!up.queue.is_empty() && up.open.size() < limits.concurrent) {
        if (const ExchangePtr next = up.queue.pop(is_over)) send_now(next);
    }
}

void Gateway::State::send_now(const ExchangePtr& x) {
    const auto* const facts = sessions.open_facts(x->key);
    if (facts == nullptr) {
        return fail(
            x, Error{ErrorCode::unavailable, "call '" + x->target->name + "': its session has just ended"});
    }
    if (x->era == Era::per_request && facts->era == Era::handshake && may_need_input(x->method) &&
        brings_state(x->params_text())) {
        return fail(x, mcp::rpc_code::invalid_params,
                    "Invalid params: the call that these answers belong to is no longer open; make it again");
    }
    mcp::Forward request;
    request.method = x->method;
    request.params = x->params_text();
    if (x->params.empty()) request.scanned = &x->message->scan;
    if (x->trace) request.trace = trace_sent(*x, *facts, directory.run_of(x->key));
    request.client = x->client->name.empty() ? x->client->principal : x->client->name;
    if (facts->era == Era::per_request) {
        request.meta = x->era == Era::per_request ? std::string() : envelope_for(*x->client);
    }
    request.done = [weak = weak_from_this(), x](mcp::Answer&& answer) {
        if (const auto self = weak.lock()) self->on_answer(latest_of(x), std::move(answer));
    };
    request.progress = [weak = weak_from_this(), x](std::string_view params) {
        const auto self = weak.lock();
        const ExchangePtr waiting = latest_of(x);
        if (!self || waiting->done || is_parked(*waiting)) return;
        waiting->out->push(mcp::make_notification("notifications/progress", params), Outbox::Weight::notice);
        self->arm_deadline(waiting, self->limits.call);
    };
    upstream(x->key).open.insert(x);
    if (x->level && facts->era == Era::handshake) tell_level(x->key);
    const auto sent = sessions.forward(x->key, std::move(request));
    if (!sent) {
        upstream(x->key).open.erase(x);
        if (sent.error().code == ErrorCode::validation_error) {
            return fail(x, mcp::rpc_code::invalid_params, sent.error().message);
        }
        return fail(x, sent.error());
    }
    x->call = *sent;
    trace_numbered(*x, *sent);
    if (x->hard_end == Clock::time_point{}) x->hard_end = Clock::now() + limits.call_at_most;
    arm_deadline(x, limits.call);
}

void Gateway::State::arm_deadline(const ExchangePtr& x, Duration limit) {
    auto end = Clock::now() + limit;
    if (x->hard_end != Clock::time_point{}) end = std::min(end, x->hard_end);
    deadlines.set(x->deadline, end);
}

void Gateway::State::on_deadline(const ExchangePtr& x) {
    const bool sent = x->call != 0;
    withdraw(x);
    const std::string what = x->method + " of '" + (x->target ? x->target->name : std::string()) + "': ";
    fail(x, Error{ErrorCode::timed_out,
                  what + (sent ? "no answer within the time limit" : "it waited too long for its turn")});
}

/// Takes the request back from its server: cancelled there when it was sent. Its place goes to the next.
void Gateway::State::withdraw(const ExchangePtr& x) {
    if (x->key.empty()) return;
    const auto found = upstreams.find(x->key);
    if (found == upstreams.end()) return;
    if (x->call != 0) sessions.cancel(x->key, x->call, "the client gave it up or its time was over");
    x->call = 0;
    found->second.open.erase(x);
    found->second.parked.erase(x);
    next_in_queue(found->second);
}

void Gateway::State::abandon(const ExchangePtr& x) {
    if (x->done) return;
    forget_asked(x);
    if (x->method == "subscriptions/listen") return end_listen(x);
    withdraw(x);
    let_go(x);
    if (x->owns_out) return x->out->finish();
    x->out->wake();  // its reader may wait for the last request of a batch
}

/// The request is over: what was held for it is released.
void Gateway::State::let_go(const ExchangePtr& x) {
    x->done = true;
    note_usage(*x);
    note_duration(*x, durations);
    end_trace(*x, tracer);
    x->deadline.clear();
    x->patience.clear();
    x->hold.reset();
    x->client->open.erase(x);
    if (x->has_own_process) end_own(x->key);
}

void Gateway::State::note_usage(const Exchange& x) {
    if (!x.target || x.method != "tools/call" || x.successor) return;
    const auto name = x.params.empty() ? x.message->scan.name : mcp::member(x.params, "name");
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - x.began);
    const auto tool = decode_string(name);
    EndedCall call{x.target->id};
    call.server = x.target->name;
    call.tool = tool;
    call.client = x.client->name;
    call.principal = x.client->principal;
    call.duration = took;
    using Outcome = EndedCall::Outcome;
    call.outcome = !x.succeeded ? Outcome::failed : x.is_tool_error ? Outcome::tool_error : Outcome::good;
    call.bytes_in = x.message->text.size();
    call.bytes_out = x.answer_bytes;
    const std::string trace = trace_id_of(x);
    call.trace = trace;
    if (!trace.empty()) call.run = directory.run_of(x.key);
    call.params = x.params_text();
    usage.note(call);
}

/// Of the session that an answer came from, which may be at its end; `last` keeps what is given.
const mcp::SessionFacts* Gateway::State::facts_of_answer(const std::string& key,
                                                         std::optional<mcp::SessionFacts>& last) const {
    if (const auto* const facts = sessions.open_facts(key)) return facts;
    last = sessions.facts(key);
    return last ? &*last : nullptr;
}

void Gateway::State::on_answer(const ExchangePtr& x, mcp::Answer&& answer) {
    x->call = 0;
    const auto found = upstreams.find(x->key);
    if (keep_outcome(x, answer)) return;
    if (found != upstreams.end()) {
        found->second.open.erase(x);
        next_in_queue(found->second);
    }
    if (x->done) return;
    if (answer.kind == mcp::Answer::Kind::failed) return fail(x, answer.why);
    if (answer.kind == mcp::Answer::Kind::rpc_error) return pass_error(x, answer.text);
    std::optional<mcp::SessionFacts> last;
    const auto* const facts = facts_of_answer(x->key, last);
    const bool modern_server = facts != nullptr && facts->era == Era::per_request;
    if (modern_server && is_input_required(answer.text)) {
        const std::string missing(missing_capability(answer.text, x->capabilities));
        if (x->era == Era::handshake && missing.empty()) {
            tasks.spawn("input for " + x->target->name,
                        relay_input(shared_from_this(), x, std::move(answer.text)));
            return;
        }
        if (!missing.empty()) {
            return fail(x, code::missing_capability,
                        "the server asks for input (" + missing + ") that this client cannot give",
                        R"({"requiredCapabilities":{")" + missing + R"(":{}}})", 400);
        }
    }
    if (x->method == "tools/call") {
        if (speaks_of_task(answer.text)) {
            note_task(x, answer.text);
            answer.text = as_shown_tasks(*x, std::move(answer.text));
        }
        note_result(*x, answer.text);
        x->is_tool_error = mcp::says_tool_error(answer.text);
        if (x->is_tool_error) note_tool_error(*x);
    }
    if (x->rewrite) answer.text = x->rewrite(std::move(answer.text));
    if (x->era == Era::per_request && facts != nullptr) {
        answer.text = modern_result(answer.text, x->method, *facts);
    }
    succeed(x, answer.text);
}

void Gateway::State::succeed(const ExchangePtr& x, std::string_view result) {
    x->succeeded = true;
    const bool is_list_over_http =
        x->era == Era::per_request && x->method == "tools/list" && x->client->kind == Client::Kind::stateless;
    if (!is_list_over_http) return finish(x, mcp::make_response(x->id, result));
    std::string left_out;
    const std::string callable = callable_over_http(result, left_out);
    if (!left_out.empty() && x->target && !std::exchange(upstream(x->target->id).told_unfit, true))
        directory.orphan(
            x->target->id,
            "mcpm: clients over HTTP do not get tools whose x-mcp-header cannot be: " + left_out);
    finish(x, mcp::make_response(x->id, callable));
}

void Gateway::State::pass_error(const ExchangePtr& x, std::string_view error) {
    ++counts.failed;
    const bool modern = x->era == Era::per_request;
    const std::string_view error_code = mcp::member(error, "code").text;
    if (modern && error_code == "-32601") x->status = 404;
    if (modern && error_code == "-32021") x->status = 400;
    std::optional<mcp::SessionFacts> last;
    const auto* const facts = facts_of_answer(x->key, last);
    if (x->trace || durations != nullptr) {
        const auto read = mcp::read_error({error, mcp::JsonType::object});
        note_failure(*x, read.code, read.message);
    }
    std::string text(error);
    if (modern) text = modern_error(error);
    if (!modern && facts != nullptr && facts->era == Era::per_request) text = legacy_error(error, x->method);
    finish(x, R"({"jsonrpc":"2.0","id":)" + x->id + R"(,"error":)" + text + "}");
}

void Gateway::State::fail(const ExchangePtr& x, int error_code, std::string_view message,
                          std::string_view data, unsigned status) {
    ++counts.failed;
    note_failure(*x, error_code, message);
    // In a session an error is an answer like others: 404 would say that the session is gone.
    if (x->era == Era::per_request || x->method == "initialize") x->status = status;
    finish(x, mcp::make_error(x->id, error_code, message, data));
}

void Gateway::State::fail(const ExchangePtr& x, const Error& why) {
    note_failure(*x, why);
    fail(x, mcp::rpc_code::internal_error, why_text(why),
         R"({"code":")" + std::string(wire_name(why.code)) + R"("})");
}

void Gateway::State::finish(const ExchangePtr& x, std::string message) {
    if (x->done) return;
    x->answer_bytes = message.size();
    forget_asked(x);
    let_go(x);
    x->client->used = Clock::now();
    x->out->push(std::move(message), Outbox::Weight::answer);
    if (x->owns_out) x->out->finish();
}

}  // namespace mcpm::gateway
