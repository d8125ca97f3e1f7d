// Session: from the pipes of a process to a session, or to a reason why there is none.
#include "agent/handover/run_facts.hpp"
#include "agent/mcp/session.hpp"
#include "agent/mcp/session_record.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::mcp {

namespace {

// Between the end of a server's output and the end of its process, which says more.
constexpr Duration exit_patience{500};
// The root's own limit comes after ours, so that it can say what was seen.
constexpr Duration before_the_limit{250};

}  // namespace

std::shared_ptr<Peer> Session::make_peer() {
    return traced(context_.trace, peer_events(), [this](Peer::Events events) -> std::shared_ptr<Peer> {
        if (attachment_.make_peer) return attachment_.make_peer(std::move(events));
        return make_stdio_peer(std::move(events));
    });
}

std::shared_ptr<Peer> Session::make_stdio_peer(Peer::Events events) {
    StdioPeer::Ends ends{std::move(attachment_.input), std::move(attachment_.output), attachment_.facts,
                         attachment_.resumed};
    return std::make_shared<StdioPeer>(context_.loop, context_.buffer, std::move(ends), std::move(events));
}

void Session::start() {
    RunFacts* const record = attachment_.facts;
    const std::string stored = record != nullptr ? record->session() : std::string();
    peer_ = make_peer();
    const auto started = peer_->start(context_.group);
    if (!started) {
        fail_opening(started.error());
        return;
    }
    // An empty record of a run that was taken over: nothing had been sent yet, so the opening is still ours.
    if (attachment_.resumed && (record == nullptr || !stored.empty())) {
        resume();
        return;
    }
    if (record != nullptr) {
        const auto noted = record->set_session(write_opening_record({}));
        if (!noted) report_noise(noted.error().message);
    }
    reserve_ids();
    context_.group.spawn("open the session of " + attachment_.server_name, watch_opening(shared_from_this()));
    step(Opening::Event::begin);
}

void Session::resume() {
    RunFacts* const record = attachment_.facts;
    const std::string stored = record != nullptr ? record->session() : std::string();
    const auto facts = read_record(stored);
    if (const auto asked = read_opening_record(stored)) return resume_opening(*asked);
    if (!facts) {
        fail_opening(
            Error{ErrorCode::wrong_state,
                  "take over the MCP session of '" + attachment_.server_name +
                      "': its handshake was not finished when the previous agent ended, and a second one is "
                      "not allowed, so the server must be restarted"});
        return;
    }
    facts_ = *facts;
    calls_ = Calls(std::max<std::uint64_t>(record->next_request_id(), 1));
    reserve_ids();
    end_former_listens();
    become_ready();
}

/// The agent before this one had asked, and ended. The answers come to this one, by the same ids; a question
/// is not asked twice.
void Session::resume_opening(const std::vector<OpeningQuestion>& asked) {
    asked_ = asked;
    calls_ = Calls(1);
    context_.group.spawn("open the session of " + attachment_.server_name, watch_opening(shared_from_this()));
    if (asked.empty()) {
        reserve_ids();
        return step(Opening::Event::begin);
    }
    const bool began_with_handshake = asked.front() == OpeningQuestion::initialize;
    opening_ = Opening(began_with_handshake ? EraHint::handshake_only : EraHint::none);
    (void)opening_.step(Opening::Event::begin);
    if (asked.size() > 1) (void)opening_.step(Opening::Event::probe_silent);
    for (const auto question : asked) {
        const bool discover = question == OpeningQuestion::discover;
        Calls::Call call;
        call.method = discover ? "server/discover" : "initialize";
        call.since = now_utc();
        call.payload.purpose = discover ? Purpose::discover : Purpose::initialize;
        calls_.open(std::move(call));
    }
    reserve_ids();
}

Task<> Session::watch_opening(std::shared_ptr<Session> self) {
    const auto begun = Clock::now();
    const auto given = self->attachment_.start_timeout;
    const auto limit = given - std::min(before_the_limit, given / 10);
    self->opening_timer_.expires_at(begun + std::min(self->attachment_.probe_limit, limit / 2));
    co_await self->opening_timer_.async_wait();
    if (self->ready_ || self->closed_ || self->opening_.phase() == Opening::Phase::failed) co_return;
    self->step(Opening::Event::probe_silent);
    self->opening_timer_.expires_at(begun + limit);
    co_await self->opening_timer_.async_wait();
    if (self->ready_ || self->closed_ || self->opening_.phase() == Opening::Phase::failed) co_return;
    self->step(Opening::Event::deadline);
}

void Session::step(Opening::Event event) {
    if (failed_) return;
    const auto action = opening_.step(event);
    if (opening_.learned() != EraHint::none) learned_ = opening_.learned();
    switch (action) {
        case Opening::Action::nothing:
            return;
        case Opening::Action::send_discover:
            return send_opening(Purpose::discover);
        case Opening::Action::send_initialize:
            return send_opening(Purpose::initialize);
        case Opening::Action::use_per_request:
            break;
        case Opening::Action::use_handshake:
            send_or_count(make_notification("notifications/initialized", {}));
            break;
        case Opening::Action::fail:
            return fail_opening(opening_error());
    }
    facts_.opened_at = now_utc();
    store_facts();
    become_ready();
}

void Session::store_facts() {
    if (attachment_.facts == nullptr) return;
    const auto stored = attachment_.facts->set_session(write_record(facts_));
    if (!stored) report_noise(stored.error().message);
}

void Session::send_opening(Purpose purpose) {
    const bool discover = purpose == Purpose::discover;
    Calls::Call call;
    call.method = discover ? "server/discover" : "initialize";
    call.since = now_utc();
    call.payload.purpose = purpose;
    const std::string params = discover ? R"({"_meta":{)" + per_request_meta() + "}}"
                                        : initialize_params(attachment_.client_capabilities, asked_version_);
    asked_.push_back(discover ? OpeningQuestion::discover : OpeningQuestion::initialize);
    if (attachment_.facts != nullptr) (void)attachment_.facts->set_session(write_opening_record(asked_));
    const auto sent = send_request(std::move(call), params, {});
    if (!sent) await_exit();
}

/// A process that closed its output, or does not read, has mostly ended: its exit code says more than that.
void Session::await_exit() {
    if (attachment_.make_peer) return step(Opening::Event::gone);
    if (std::exchange(exit_awaited_, true)) return;
    context_.group.spawn("wait for the end of " + attachment_.server_name, watch_exit(shared_from_this()));
}

Task<> Session::watch_exit(std::shared_ptr<Session> self) {
    self->exit_timer_.expires_after(exit_patience);
    co_await self->exit_timer_.async_wait();
    if (self->ready_ || self->closed_ || self->stopping_) co_return;
    self->step(Opening::Event::gone);
}

/// Fails at once what can never become a session.
void Session::look_at_words() {
    if (ready_ || failed_ || closed_ || !words_.is_certain()) return;
    fail_opening(Error{ErrorCode::died_at_start,
                       "open the MCP session of '" + attachment_.server_name + "': " + words_.sentence(),
                       {Detail::reason, "not_mcp"}});
}

void Session::on_opening_answer(Purpose purpose, const MessageScan& scan) {
    if (ready_) return;
    if (purpose == Purpose::discover) {
        const auto event = read_discover_answer(scan.result, scan.error);
        if (event == Opening::Event::discovered_modern) facts_ = facts_of_discover(scan.result.text);
        return step(event);
    }
    auto event = read_initialize_answer(scan.result, handshake_version_);
    const auto older = event == Opening::Event::initialize_refused
                           ? version_after_refusal(scan.error, asked_version_)
                           : std::string_view();
    if (!older.empty()) {
        asked_version_ = older;
        event = Opening::Event::version_refused;
    }
    if (event == Opening::Event::initialized) {
        facts_ = facts_of_initialize(scan.result.text);
    } else if (event == Opening::Event::initialize_refused) {
        gone_ = to_error(scan.error, "open the MCP session of '" + attachment_.server_name + "'");
    }
    step(event);
}

void Session::become_ready() {
    ready_ = true;
    own_meta_ = facts_.era == Era::per_request ? per_request_meta() : std::string();
    opening_timer_.cancel();
    tell_learned();
    if (context_.callbacks.ready) context_.callbacks.ready(attachment_.server_id, attachment_.run);
}

void Session::tell_learned() {
    if (learned_ == EraHint::none || told_learned_) return;
    told_learned_ = true;
    if (context_.callbacks.learned) context_.callbacks.learned(attachment_.server_id, learned_);
}

void Session::fail_opening(Error why) {
    failed_ = true;
    opening_timer_.cancel();
    gone_ = why;
    fail_calls(why);
    tell_learned();
    if (context_.callbacks.failed) {
        context_.callbacks.failed(attachment_.server_id, attachment_.run, std::move(why));
    }
}

Error Session::opening_error() const {
    const std::string attempted = "open the MCP session of '" + attachment_.server_name + "': ";
    switch (opening_.failure()) {
        case Opening::Failure::no_common_version:
            return Error{ErrorCode::died_at_start,
                         attempted + "the server speaks no protocol version of ours" +
                             (handshake_version_.empty() ? "" : " (it named '" + handshake_version_ + "')"),
                         {Detail::reason, "no_common_version"}};
        case Opening::Failure::initialize_refused:
            if (!gone_.message.empty()) {
                return Error{ErrorCode::died_at_start, gone_.message, {Detail::reason, "initialize_refused"}};
            }
            return Error{ErrorCode::died_at_start,
                         attempted + "the server refused the handshake",
                         {Detail::reason, "initialize_refused"}};
        case Opening::Failure::died_on_probe:
            return Error{ErrorCode::died_at_start,
                         attempted + "it closed its output before it answered, but its process lives on",
                         {Detail::reason, "died_on_probe"}};
        case Opening::Failure::died:
            return Error{ErrorCode::died_at_start,
                         attempted + "it closed its output during the handshake, but its process lives on",
                         {Detail::reason, "died"}};
        case Opening::Failure::timed_out:
        case Opening::Failure::none:
            break;
    }
    ErrorDetails details(Detail::reason, "timed_out");
    if (!words_.is_empty()) details.set(Detail::output, "seen");
    return Error{ErrorCode::timed_out,
                 attempted + "no answer within " + format_duration(attachment_.start_timeout) +
                     " of its start" + (words_.is_empty() ? "" : "; " + words_.sentence()),
                 std::move(details)};
}

}  // namespace mcpm::mcp
