#include "agent/mcp/session.hpp"

#include "agent/handover/run_facts.hpp"
#include "common/json_walk.hpp"
#include "common/number.hpp"
#include "common/units.hpp"

#include <utility>

namespace mcpm::mcp {

namespace {

constexpr std::string_view last_with_batches = "2025-03-26";
constexpr std::size_t reported_noise = 4096;  // bytes of one line
constexpr std::uint64_t ids_per_reservation = 1024;

/// The id of an answer of which only both ends are known: a top-level member of the beginning, or the last
/// one.
std::string_view id_of_oversized(std::string_view head, std::string_view tail) {
    const MessageScan scan = scan_message(head);  // a fault is certain; what came before it counts
    if (scan.id) return scan.id.text;
    const auto last = tail.find_last_not_of(" \t\r");
    if (last == std::string_view::npos || tail[last] != '}') return {};
    const std::string_view inside = tail.substr(0, last);
    const auto key = inside.rfind(R"(,"id":)");
    return key == std::string_view::npos ? std::string_view() : inside.substr(key + 6);
}

}  // namespace

Session::Session(Context context, Attachment attachment)
    : context_(context),
      attachment_(std::move(attachment)),
      opening_(attachment_.hint),
      opening_timer_(context.loop),
      exit_timer_(context.loop) {}

Peer::Events Session::peer_events() {
    const std::weak_ptr<Session> weak = weak_from_this();
    Peer::Events events;
    events.line = [weak](std::string_view line, bool first) {
        if (const auto self = weak.lock()) self->on_line(line, first);
    };
    events.oversized = [weak](std::string_view head, std::string_view tail, std::uint64_t length) {
        if (const auto self = weak.lock()) self->on_oversized(head, tail, length);
    };
    events.ended = [weak](const std::string& why) {
        if (const auto self = weak.lock()) self->on_ended(why);
    };
    events.lost = [weak](Error why) {
        if (const auto self = weak.lock()) self->on_lost(std::move(why));
    };
    events.unsent = [weak](std::uint64_t id, const Error& why) {
        if (const auto self = weak.lock()) self->on_unsent(id, why);
    };
    events.reopened = [weak] {
        const auto self = weak.lock();
        if (self && self->ready_ && self->context_.callbacks.reopened)
            self->context_.callbacks.reopened(self->attachment_.server_id);
    };
    return events;
}

void Session::close(const Error& why) {
    if (closed_) return;
    closed_ = true;
    // A process that went during the probe, unasked, may have died of it.
    if (!ready_ && !stopping_ && !failed_ && !attachment_.make_peer && why.code != ErrorCode::cancelled) {
        opening_.step(Opening::Event::gone);
        if (opening_.learned() != EraHint::none) learned_ = opening_.learned();
        tell_learned();
    }
    measure_end(why);
    ready_ = false;
    gone_ = why;
    opening_timer_.cancel();
    exit_timer_.cancel();
    if (peer_) peer_->close();
    fail_calls(why);
}

void Session::close_input() {
    stopping_ = true;
    if (peer_) peer_->close_input();
}

void Session::on_ended(const std::string& why) {
    Error error{ErrorCode::unavailable, "call '" + attachment_.server_name + "': " + why};
    if (!ready_) {
        if (stopping_ || failed_) return;
        return await_exit();
    }
    ready_ = false;
    gone_ = error;
    fail_calls(error);
}

/// There is no process whose end would tell the root.
void Session::on_lost(Error why) {
    if (failed_) return;
    ready_ = false;
    fail_opening(std::move(why));
}

void Session::on_unsent(std::uint64_t id, const Error& why) {
    const auto found = calls_.open_calls().find(id);
    if (found == calls_.open_calls().end()) return;
    const Payload payload = found->second.payload;
    measure(found->second, wire_name(why.code));
    calls_.withdraw(id);
    complete(payload, Error{why.code, "call '" + attachment_.server_name + "': " + why.message, why.details,
                            why.hint});
}

void Session::on_line(std::string_view line, bool first) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (line.substr(0, 3) == byte_order_mark) line.remove_prefix(3);
    if (line.find_first_not_of(" \t") == std::string_view::npos) {
        ++counts_.noise;
        return;
    }
    MessageScan scan = scan_message(line);
    if (scan.params.type == JsonType::null) scan.params = {};
    if (on_message(scan) || on_batch(scan)) return;
    if (on_unusable_answer(scan)) return;
    if (first) {
        ++counts_.torn;
        return;
    }
    ++counts_.noise;
    report_noise(line);
    if (ready_) return;
    words_.saw_line(line);
    look_at_words();
}

/// False when it is none.
bool Session::on_message(const MessageScan& scan) {
    const Classified classified = classify(scan);
    switch (classified.kind) {
        case MessageKind::response:
        case MessageKind::error:
            on_answer(scan, classified.kind);
            return true;
        case MessageKind::notification:
            on_notification(scan);
            return true;
        case MessageKind::request:
            on_request(scan);
            return true;
        case MessageKind::invalid:
            break;
    }
    return false;
}

/// Several in one line, which 2024-11-05 and 2025-03-26 allow. False when it is none.
bool Session::on_batch(const MessageScan& scan) {
    const bool may_be =
        ready_ && facts_.era == Era::handshake && facts_.protocol_version <= last_with_batches;
    if (!may_be || scan.fault != ScanFault::not_an_object || !is_well_formed(scan.text)) return false;
    bool is_one = false;
    for_each_element(scan.text, [&](const JsonSlice& element) {
        is_one = true;
        if (closed_ || on_message(scan_message(element.text))) return;
        ++counts_.noise;
        report_noise(element.text);
    });
    return is_one;
}

/// An answer that no reader of JSON takes (nested too deep, not UTF-8, torn): its caller need not wait for
/// another.
bool Session::on_unusable_answer(const MessageScan& scan) {
    const bool is_faulty = scan.fault != ScanFault::none && scan.fault != ScanFault::not_an_object;
    if (!is_faulty || !scan.jsonrpc || scan.method) return false;
    auto answer = calls_.answer(scan.id ? scan.id.text : id_of_oversized(scan.text, scan.text));
    if (!answer.call) return false;
    ++counts_.noise;
    const Error error{ErrorCode::wrong_state, "call '" + attachment_.server_name +
                                                  "': its answer cannot be used: " + describe_fault(scan)};
    measure(*answer.call, wire_name(error.code));
    report_noise(error.message);
    if (answer.call->payload.purpose == Purpose::asker) {
        complete(answer.call->payload, error);
    } else {
        on_opening_answer(answer.call->payload.purpose, MessageScan{});
    }
    return true;
}

void Session::on_oversized(std::string_view head, std::string_view tail, std::uint64_t length) {
    ++counts_.oversized;
    const Error error{ErrorCode::payload_too_large,
                      "call '" + attachment_.server_name + "': the answer has " + format_bytes(length) +
                          " in one line, more than " + format_bytes(PeerLimits{}.line)};
    report_noise(error.message);
    auto answer = calls_.answer(id_of_oversized(head, tail));
    if (!answer.call && calls_.size() == 1) {
        answer = calls_.answer(std::to_string(calls_.open_calls().begin()->first));
    }
    if (!answer.call) return;
    measure(*answer.call, wire_name(error.code));
    if (answer.call->payload.purpose == Purpose::asker) return complete(answer.call->payload, error);
    MessageScan none;
    on_opening_answer(answer.call->payload.purpose, none);
}

void Session::on_answer(const MessageScan& scan, MessageKind kind) {
    auto answer = calls_.answer(scan.id.text);
    if (!answer.call) {
        if (!ready_) words_.saw_answer_to(scan.id.text);
        return;
    }
    const Calls::Call& call = *answer.call;
    measure_answer(call, scan, kind);
    if (call.payload.purpose != Purpose::asker) return on_opening_answer(call.payload.purpose, scan);
    if (call.method == "subscriptions/listen") note_listens();
    const JsonSlice& body = kind == MessageKind::error ? scan.error : scan.result;
    Answer answered{kind == MessageKind::error ? Answer::Kind::rpc_error : Answer::Kind::result};
    answered.text = scan.has_newline ? splice(body.text, {}, Newlines::drop) : std::string(body.text);
    if (scan.has_lone_surrogate) replace_lone_surrogates(answered.text);
    complete(call.payload, std::move(answered));
}

/// The per-request era forbids requests of the server. One that waits for its answer hangs: it gets an error.
void Session::on_request(const MessageScan& scan) {
    const std::string method = decode_string(scan.method);
    if (ready_ && facts_.era == Era::per_request) {
        ++counts_.refused_requests;
        report_noise("refused a request of the server, which 2026-07-28 does not allow: " + method);
        return send_or_count(make_error(scan.id.text, rpc_code::invalid_request,
                                        "a server of 2026-07-28 sends no requests; it asks by input_required",
                                        {}));
    }
    if (!ready_ && (method == "initialize" || method == "server/discover")) {
        words_.saw_own_request();
        return look_at_words();
    }
    if (method == "ping") return send_or_count(make_response(scan.id.text, "{}"));
    if (ready_ && method == "roots/list") note_roots_wish();
    if (context_.callbacks.requested && context_.callbacks.requested(attachment_.server_id, scan)) return;
    ++counts_.refused_requests;
    send_or_count(
        make_error(scan.id.text, rpc_code::method_not_found, "this client does not offer " + method, {}));
}

void Session::note_roots_wish() {
    const auto& open = calls_.open_calls();
    const bool unasked = std::none_of(open.begin(), open.end(), [](const auto& entry) {
        const std::string& method = entry.second.method;
        return method == "tools/call" || method == "prompts/get" || method == "resources/read";
    });
    if (facts_.asks_roots && (facts_.asks_roots_first || !unasked)) return;
    facts_.asks_roots = true;
    facts_.asks_roots_first |= unasked;
    store_facts();
}

/// For the agent after this one, to which their answers mean nothing.
void Session::note_listens() {
    std::vector<std::uint64_t> ids;
    for (const auto& [id, call] : calls_.open_calls()) {
        if (call.method == "subscriptions/listen") ids.push_back(id);
    }
    if (ids == facts_.listens) return;
    facts_.listens = std::move(ids);
    store_facts();
}

/// The agent before this one listened; what it asked for is told to nobody any more.
void Session::end_former_listens() {
    if (facts_.listens.empty()) return;
    for (const auto id : std::exchange(facts_.listens, {})) {
        send_or_count(make_notification(
            "notifications/cancelled",
            R"({"requestId":)" + std::to_string(id) + R"(,"reason":"whoever asked has been replaced"})"));
    }
    store_facts();
}

void Session::on_notification(const MessageScan& scan) {
    const std::string method = decode_string(scan.method);
    if (method == "notifications/progress") return on_progress(scan);
    if (method.ends_with("/list_changed")) forget_lists();
    if (context_.callbacks.notified) context_.callbacks.notified(attachment_.server_id, scan.text);
}

void Session::on_progress(const MessageScan& scan) {
    const auto value = parse_number<double>(scan.progress.text).value_or(0);
    const Calls::Call* const call = calls_.progress(scan.progress_token.text, value);
    if (call == nullptr || !call->payload.progress) return;
    const auto tell = call->payload.progress;
    std::string params(scan.params.text);
    if (!call->asker_token.empty()) {
        const Edit edit = replace(scan.params.text, scan.progress_token, call->asker_token);
        params = splice(scan.params.text, {&edit, 1}, Newlines::keep);
    }
    if (scan.has_newline) params = splice(params, {}, Newlines::drop);
    if (scan.has_lone_surrogate) replace_lone_surrogates(params);
    tell(params);
}

void Session::report_noise(std::string_view line) {
    if (!context_.callbacks.noise || !noise_.admit(Clock::now())) return;
    const auto withheld = noise_.take_withheld();
    if (withheld > 0) {
        context_.callbacks.noise(attachment_.server_id,
                                 std::to_string(withheld) + " lines were not reported");
    }
    context_.callbacks.noise(attachment_.server_id, line.substr(0, reported_noise));
}

std::vector<CallInFlight> Session::in_flight() const {
    std::vector<CallInFlight> calls;
    calls.reserve(calls_.size());
    for (const auto& [id, call] : calls_.open_calls()) {
        // Open for as long as somebody listens: nobody waits for its answer.
        if (call.method == "subscriptions/listen") continue;
        calls.push_back(CallInFlight{call.method, call.name, call.since});
    }
    return calls;
}

SessionCounts Session::counts() const {
    SessionCounts counts = counts_;
    counts.calls = calls_.counts();
    return counts;
}

void Session::reserve_ids() {
    if (calls_.next_id() < reserved_ids_) return;
    reserved_ids_ = calls_.next_id() + ids_per_reservation;
    if (attachment_.facts != nullptr) attachment_.facts->set_next_request_id(reserved_ids_);
}

void Session::send_or_count(std::string line) {
    if (!peer_->send(std::move(line))) ++counts_.unsent;
}

void Session::complete(const Payload& payload, Answer&& answer) {
    if (payload.done) payload.done(std::move(answer));
}

void Session::complete(const Payload& payload, const Error& why) {
    complete(payload, Answer{Answer::Kind::failed, {}, why});
}

void Session::fail_calls(const Error& why) {
    for (const auto& call : calls_.take_all()) {
        measure(call, wire_name(why.code));
        complete(call.payload, why);
    }
}

}  // namespace mcpm::mcp
