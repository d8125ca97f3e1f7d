#include "agent/live/client.hpp"

#include "agent/live/words.hpp"
#include "common/live_message.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <utility>

namespace mcpm::live {

namespace {

constexpr std::size_t items_at_once = 256;
/// Many changes in a short time are told together: a page is not drawn more often.
constexpr std::chrono::milliseconds between_news{25};
constexpr std::chrono::milliseconds between_lines{50};
/// Who comes back subscribes again at once; a subscription later than this begins when it is made.
constexpr std::chrono::seconds resume_within{10};
constexpr unsigned most_silent_beats = 2;

constexpr std::uint16_t breaks_the_rules = 1008;
constexpr std::uint16_t credential_ended = 4401;

}  // namespace

Client::Client(Hub& hub, http::WebSocket& socket, std::optional<Resume> resume)
    : hub_(hub),
      socket_(socket),
      out_(std::make_shared<Outbox>(hub.loop_, hub.limits_.waiting_bytes)),
      next_beat_(Clock::now() + hub.limits_.heartbeat),
      turns_(hub.limits_.messages_per_second * 2),
      turns_at_(Clock::now()) {
    say_hello(std::move(resume));
}

Client::~Client() {
    for (auto& [id, subscription] : subscriptions_) {
        if (subscription.following) subscription.following->is_over = true;
    }
    out_->close();
}

Task<> Client::run(Task<> over) {
    using namespace asio::experimental::awaitable_operators;
    auto reading = read();
    auto writing = write();
    auto ending = end_when(std::move(over));
    co_await (std::move(reading) || std::move(writing) || std::move(ending));
}

void Client::end(std::uint16_t code, std::string reason) {
    if (!ending_) ending_ = Ending{code, std::move(reason)};
    wake();
}

Task<> Client::end_when(Task<> over) {
    co_await std::move(over);
    end(credential_ended, "the session has ended");
    co_await sleep_for(std::chrono::hours(1));  // the writer ends it
}

// --- what it says ---

Task<> Client::read() {
    for (;;) {
        const auto text = co_await socket_.read();
        if (!text) break;
        if (!may_say_more()) {
            end(breaks_the_rules, "too many messages");
            co_await sleep_for(std::chrono::hours(1));
        }
        take(*text);
        co_await out_->wait_for_room();
    }
    socket_.drop();
}

bool Client::may_say_more() {
    const auto now = Clock::now();
    const double rate = hub_.limits_.messages_per_second;
    const std::chrono::duration<double> passed = now - turns_at_;
    turns_ = std::min(turns_ + passed.count() * rate, rate * 2);
    turns_at_ = now;
    if (turns_ < 1) return false;
    turns_ -= 1;
    return true;
}

void Client::take(std::string_view text) {
    auto read = read_client_message(text);
    if (!read.message) return out_->push(refused(read.id, read.message.error()));
    if (auto* asked = std::get_if<Subscribe>(&*read.message)) {
        if (const auto done = subscribe(std::move(*asked)); !done) out_->push(refused(read.id, done.error()));
    } else if (const auto* end = std::get_if<Unsubscribe>(&*read.message)) {
        unsubscribe(end->id);
    } else {
        out_->push(message(LiveMessage::pong, "{}"));
    }
}

Result<> Client::subscribe(Subscribe asked) {
    if (subscriptions_.contains(asked.id))
        return Error{ErrorCode::conflict, "id: a subscription of this number is open"};
    if (subscriptions_.size() >= hub_.limits_.subscriptions)
        return Error{ErrorCode::conflict,
                     "there are " + std::to_string(subscriptions_.size()) + " subscriptions already"};
    Subscription subscription{asked.topic};
    if (!asked.server.empty()) {
        const auto found = hub_.sources_.find(asked.server);
        if (!found) return found.error();
        subscription.server_id = *found;
    }
    std::unique_ptr<LogTail> tail;
    if (asked.topic == Topic::logs) {
        auto opened = hub_.sources_.tail(asked, subscription.server_id);
        if (!opened) return opened.error();
        tail = std::move(*opened);
        subscription.following = std::make_shared<Following>();
    }
    const std::uint64_t from = Clock::now() < resume_until_ ? resume_after_ : hub_.timeline_.newest();
    if (asked.topic == Topic::servers && !servers_told_) servers_told_ = from;
    if (asked.topic == Topic::events && !events_told_) events_told_ = from;
    out_->push(subscribed(asked.id));
    if (tail)
        hub_.tasks_.spawn("log for a page", follow(hub_, out_, subscription.following, asked.id,
                                                   subscription.server_id, std::move(tail)));
    subscriptions_.emplace(asked.id, std::move(subscription));
    if (asked.topic == Topic::stats) hub_.sample_while_asked();
    return {};
}

void Client::unsubscribe(std::uint64_t id) {
    const auto found = subscriptions_.find(id);
    if (found == subscriptions_.end())
        return out_->push(refused(id, Error{ErrorCode::not_found, "id: there is no such subscription"}));
    const auto topic = found->second.topic;
    if (found->second.following) found->second.following->is_over = true;
    subscriptions_.erase(found);
    const bool is_left = std::any_of(subscriptions_.begin(), subscriptions_.end(),
                                     [&](const auto& other) { return other.second.topic == topic; });
    if (is_left) return;
    if (topic == Topic::servers) servers_told_.reset();
    if (topic == Topic::events) events_told_.reset();
}

Task<> Client::follow(Hub& hub, std::shared_ptr<Outbox> out, std::shared_ptr<Following> following,
                      std::uint64_t id, std::string server_id, std::unique_ptr<LogTail> tail) {
    for (;;) {
        auto lines = co_await tail->read();
        if (following->is_over || hub.is_closed_) co_return;
        if (!lines) {
            out->push(refused(id, lines.error()));
            co_return;
        }
        if (lines->missed != 0) out->push(lagged(wire_name(Topic::logs), lines->missed, id));
        if (!lines->text.empty()) {
            out->push(log_lines(id, server_id, lines->text));
            co_await sleep_for(between_lines);
        }
        co_await out->wait_for_room();
        if (following->is_over) co_return;
        if (lines->is_last) co_await tail->wait();
        if (following->is_over) co_return;
    }
}

// --- what it is told ---

void Client::say_hello(std::optional<Resume> resume) {
    const auto& timeline = hub_.timeline_;
    const auto heartbeat = static_cast<std::uint64_t>(hub_.limits_.heartbeat.count());
    out_->push(hello(timeline.newest(), hub_.boot_, heartbeat));
    if (!resume) return;
    if (resume->boot != hub_.boot_) return out_->push(reset("the agent was started again"));
    if (!timeline.knows(resume->after)) return out_->push(reset("too much has happened since"));
    resume_after_ = resume->after;
    resume_until_ = Clock::now() + resume_within;
}

bool Client::wants_samples() const {
    return std::any_of(subscriptions_.begin(), subscriptions_.end(),
                       [](const auto& one) { return one.second.topic == Topic::stats; });
}

bool Client::is_asked_for(Topic topic, std::string_view server_id) const {
    return std::any_of(subscriptions_.begin(), subscriptions_.end(), [&](const auto& one) {
        return one.second.topic == topic &&
               (one.second.server_id.empty() || one.second.server_id == server_id);
    });
}

Client::Next Client::next() const {
    using Wanted = Timeline::Wanted;
    if (!servers_told_ && !events_told_) return {};
    if (!events_told_) return {Wanted::servers, *servers_told_};
    if (!servers_told_) return {Wanted::events, *events_told_};
    if (*servers_told_ == *events_told_) return {Wanted::both, *servers_told_};
    return *servers_told_ < *events_told_ ? Next{Wanted::servers, *servers_told_}
                                          : Next{Wanted::events, *events_told_};
}

bool Client::has_news() const {
    const auto asked = next();
    return asked.wanted != Timeline::Wanted::neither && asked.after < hub_.timeline_.newest();
}

bool Client::has_samples() const {
    return samples_told_ < hub_.sampled_ && wants_samples();
}

std::string Client::text_of(const Timeline::Item& item) {
    if (item.event) {
        if (!is_asked_for(Topic::events, item.event->server_id)) return {};
        return message(LiveMessage::event, hub_.sources_.event_text(*item.event), item.number);
    }
    if (!is_asked_for(Topic::servers, item.server_id)) return {};
    if (item.change == Change::deleted) return deleted(item.server_id, item.number);
    const auto text = hub_.text_of(item.server_id, item.number);
    return text ? message(wire_name(item.change), *text, item.number) : std::string();
}

Task<bool> Client::send_news() {
    const auto asked = next();
    const auto batch = hub_.timeline_.read(asked.after, asked.wanted, items_at_once);
    const bool is_all = batch.items.size() < items_at_once;
    if (is_all) news_not_before_ = Clock::now() + between_news;
    if (asked.wanted != Timeline::Wanted::events && servers_told_) servers_told_ = batch.next;
    if (asked.wanted != Timeline::Wanted::servers && events_told_) events_told_ = batch.next;
    if (batch.missed != 0) out_->push(lagged(wire_name(Topic::events), batch.missed));
    for (const auto& item : batch.items) {
        const auto text = text_of(item);
        if (text.empty()) continue;
        const bool written = co_await socket_.write(text);
        if (!written) co_return false;
    }
    co_return true;
}

Task<bool> Client::send_samples() {
    samples_told_ = hub_.sampled_;
    const auto samples = hub_.samples_;  // they may be taken anew meanwhile
    for (const auto& sample : *samples) {
        if (!is_asked_for(Topic::stats, sample.server_id)) continue;
        const auto text = message(LiveMessage::samples, sample.text);
        const bool written = co_await socket_.write(text);
        if (!written) co_return false;
    }
    co_return true;
}

Task<bool> Client::send_waiting() {
    while (!out_->is_empty()) {
        const auto text = out_->take();
        const bool written = co_await socket_.write(text);
        if (!written) co_return false;
    }
    co_return true;
}

Task<bool> Client::beat() {
    const bool is_silent = socket_.signs_of_life() == life_at_beat_;
    silent_beats_ = is_silent ? silent_beats_ + 1 : 0;
    // The first beat asks for the first sign.
    if (silent_beats_ > most_silent_beats) co_return false;
    life_at_beat_ = socket_.signs_of_life();
    next_beat_ = Clock::now() + hub_.limits_.heartbeat;
    const auto text = message(LiveMessage::heartbeat, "{}");
    const bool said = co_await socket_.write(text);
    if (!said) co_return false;
    const bool asked = co_await socket_.ping();
    co_return asked;
}

Clock::duration Client::until_next() const {
    auto at = next_beat_;
    if (has_news()) at = std::min(at, news_not_before_);
    return std::max<Clock::duration>(at - Clock::now(), Clock::duration::zero());
}

Task<> Client::write() {
    for (;;) {
        bool is_well = co_await send_waiting();
        if (is_well && ending_) {
            co_await socket_.close(ending_->code, ending_->reason);
            co_return;
        }
        if (is_well && Clock::now() >= next_beat_) is_well = co_await beat();
        if (is_well && has_news() && Clock::now() >= news_not_before_) is_well = co_await send_news();
        if (is_well && has_samples()) is_well = co_await send_samples();
        if (!is_well) break;
        if (!out_->is_empty() || ending_ || has_samples()) continue;
        const auto pause = until_next();
        if (pause > Clock::duration::zero()) (void)co_await out_->wait_for(pause);
    }
    socket_.drop();
}

}  // namespace mcpm::live
