#include "agent/notify/notify_desk.hpp"

#include "agent/async/notifier.hpp"
#include "agent/notify/kept_notices.hpp"
#include "common/fields/notify_fields.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iterator>
#include <random>
#include <utility>

namespace mcpm::notify {

namespace {

constexpr std::size_t most_queued = 100;  // messages of a channel
constexpr std::size_t batch_limit = 256;

Moment moment_now() {
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm local{};
    ::localtime_r(&now, &local);
    return {Clock::now(), static_cast<unsigned>(local.tm_hour * 60 + local.tm_min)};
}

double chance() {
    static std::minstd_rand generator{std::random_device{}()};
    return std::uniform_real_distribution<double>(0, 1)(generator);
}

Notice test_notice() {
    Notice notice;
    notice.title = "this is a test";
    notice.text = "mcpm can reach you here; nothing has happened";
    notice.at = now_utc();
    return notice;
}

}  // namespace

struct NotifyDesk::Lane {
    Lane(Loop& loop, NotifyChannel the_channel, const NotifySettings& settings)
        : channel(the_channel), gathering(settings), changed(loop) {}

    NotifyChannel channel;
    Gathering gathering;
    std::deque<Message> queue;
    unsigned attempts = 0;  // of the first
    std::uint64_t sent = 0, failed = 0, dropped = 0;
    std::string last_error = {};
    std::optional<Timestamp> last_sent_at = {};
    Notifier changed;
};

NotifyDesk::NotifyDesk(Loop& loop, NotifySettings settings, Couriers::Means couriers, Means means,
                       const AgentLog& log)
    : settings_(std::move(settings)),
      couriers_(settings_, std::move(couriers)),
      means_(std::move(means)),
      log_(log),
      tasks_(loop, [&log](auto name, auto what) { log.error(fmt::format("{}: {}", name, what)); }) {
    for (const auto channel : couriers_.set_up())
        lanes_.push_back(std::make_unique<Lane>(loop, channel, settings_));
    // Letters to who sent feedback need no team.
    const bool has_mail = !settings_.email_server.empty() && !settings_.email_from.empty();
    if (has_mail && lane_of(NotifyChannel::email) == nullptr)
        lanes_.push_back(std::make_unique<Lane>(loop, NotifyChannel::email, settings_));
}

NotifyDesk::~NotifyDesk() = default;

void NotifyDesk::start() {
    if (lanes_.empty()) return;
    take_kept_ones();
    tasks_.spawn("notices", follow());
    if (means_.free_space && settings_.disk_free > 0) tasks_.spawn("room on the disk", watch_space());
    for (auto& lane : lanes_) tasks_.spawn("notices by " + std::string(wire_name(lane->channel)), run(*lane));
}

Task<> NotifyDesk::close() {
    tasks_.cancel_all();
    co_await tasks_.drain();
    keep_waiting_ones();
}

/// As if they were said now: they go together, and wait for the end of quiet hours again.
void NotifyDesk::take_kept_ones() {
    if (means_.kept.empty()) return;
    for (auto& kept : take_kept(means_.kept)) {
        Lane* const lane = lane_of(kept.channel);
        if (lane == nullptr) {
            log_.warning(fmt::format("{} notices by {} are left out: it is not set up any more",
                                     kept.notices.size() + kept.letters.size(), wire_name(kept.channel)));
            continue;
        }
        for (auto& notice : kept.notices) lane->gathering.add(std::move(notice), moment_now());
        for (auto& letter : kept.letters) push(*lane, std::move(letter));
    }
}

void NotifyDesk::keep_waiting_ones() {
    std::vector<Kept> all;
    for (const auto& lane : lanes_) {
        Kept kept{lane->channel};
        for (auto& message : lane->queue) {
            if (auto* const letter = std::get_if<Letter>(&message))
                kept.letters.push_back(std::move(*letter));
            if (auto* const notices = std::get_if<Notices>(&message))
                std::move(notices->begin(), notices->end(), std::back_inserter(kept.notices));
        }
        auto later = lane->gathering.take_all();
        std::move(later.begin(), later.end(), std::back_inserter(kept.notices));
        if (!kept.notices.empty() || !kept.letters.empty()) all.push_back(std::move(kept));
    }
    if (all.empty()) return;
    const auto saved = means_.kept.empty()
                           ? Result<>(Error{ErrorCode::unavailable, "there is no place for them"})
                           : save_kept(means_.kept, all);
    for (const auto& kept : all) {
        const auto count = kept.notices.size() + kept.letters.size();
        if (!saved)
            log_.warning(fmt::format("{} notices by {} were not sent: {}", count, wire_name(kept.channel),
                                     saved.error().message));
        else
            log_.info(
                fmt::format("{} notices by {} wait for the next agent", count, wire_name(kept.channel)));
    }
}

NotifyDesk::Lane* NotifyDesk::lane_of(NotifyChannel channel) {
    const auto found = std::find_if(lanes_.begin(), lanes_.end(),
                                    [channel](const auto& lane) { return lane->channel == channel; });
    return found == lanes_.end() ? nullptr : found->get();
}

// ---- what is to be said ----

Task<> NotifyDesk::follow() {
    std::uint64_t cursor = means_.events.end();
    for (;;) {
        co_await means_.events.wait(cursor);
        const auto batch = means_.events.read(cursor, batch_limit);
        cursor = batch.next;
        missed_ += batch.missed;
        for (const auto& event : batch.items) {
            const auto labels = event.server_id.empty() ? Labels() : means_.labels(event.server_id);
            if (auto notice = watch_.take(event, labels)) tell(std::move(*notice));
        }
    }
}

Task<> NotifyDesk::watch_space() {
    constexpr std::chrono::seconds look_again{60};
    for (;;) {
        const auto free = co_await means_.free_space();
        if (free) {
            auto notice = watch_.take_free_space(*free, settings_.disk_free, now_utc());
            if (notice) tell(std::move(*notice));
        }
        co_await sleep_for(look_again);
    }
}

void NotifyDesk::tell(Notice notice) {
    notice.title = means_.clean(std::move(notice.title));
    notice.text = means_.clean(std::move(notice.text));
    for (const auto channel : channels_for(notice, settings_.rules, couriers_.set_up())) {
        Lane& lane = *lane_of(channel);
        lane.gathering.add(notice, moment_now());
        lane.changed.notify_all();
    }
}

bool NotifyDesk::send_letter(std::string to, std::string subject, std::string text) {
    Lane* const lane = lane_of(NotifyChannel::email);
    if (lane == nullptr) return false;
    push(*lane, Letter{{}, {std::move(to)}, means_.clean(std::move(subject)), means_.clean(std::move(text))});
    lane->changed.notify_all();
    return true;
}

void NotifyDesk::push(Lane& lane, Message message) {
    if (lane.queue.size() == most_queued) {
        // The first is under way; what is newer is worth more than the second.
        lane.queue.erase(lane.queue.begin() + 1);
        ++lane.dropped;
    }
    lane.queue.push_back(std::move(message));
}

// ---- what is delivered ----

Task<> NotifyDesk::run(Lane& lane) {
    for (;;) {
        if (auto due = lane.gathering.due(moment_now()); !due.empty()) push(lane, std::move(due));
        if (!lane.queue.empty()) {
            const bool is_over = co_await deliver_first(lane);
            if (is_over) continue;
        }
        const auto next = lane.gathering.next(moment_now());
        if (!next) {
            if (lane.queue.empty()) co_await lane.changed.wait();
        } else if (*next > Clock::now()) {
            (void)co_await lane.changed.wait_for(*next - Clock::now());
        }
    }
}

/// Waits before another attempt; false: it is to be tried again.
Task<bool> NotifyDesk::deliver_first(Lane& lane) {
    const Message message = lane.queue.front();
    const auto* const notices = std::get_if<Notices>(&message);
    auto delivering = notices != nullptr ? couriers_.deliver(lane.channel, *notices)
                                         : couriers_.deliver_letter(std::get<Letter>(message));
    const auto delivery = co_await std::move(delivering);
    if (delivery.outcome == Delivery::Outcome::done) {
        ++lane.sent;
        lane.last_error.clear();
        lane.last_sent_at = now_utc();
    } else {
        lane.last_error = means_.clean(delivery.why);
        const bool is_hopeless =
            delivery.outcome == Delivery::Outcome::never || ++lane.attempts >= most_attempts;
        if (!is_hopeless) {
            co_await sleep_for(delivery.after.value_or(back_off(lane.attempts, chance())));
            co_return false;
        }
        ++lane.failed;
        log_.warning(fmt::format("notice by {}: {}", wire_name(lane.channel), lane.last_error));
    }
    lane.attempts = 0;
    lane.queue.pop_front();
    co_return true;
}

// ---- asked by people ----

Task<Result<wire::Json>> NotifyDesk::test(std::string channel) {
    std::vector<NotifyChannel> wanted = couriers_.set_up();
    if (!channel.empty()) {
        const auto named = read_channel(channel);
        if (!named) co_return Error{ErrorCode::validation_error, "channel: one of " + channel_names()};
        const bool is_there = std::find(wanted.begin(), wanted.end(), *named) != wanted.end();
        if (!is_there)
            co_return Error{ErrorCode::validation_error,
                            "channel: " + channel + " is not set up",
                            {},
                            "see notify: in config.yaml (docs/exports.md)"};
        wanted = {*named};
    }
    if (wanted.empty())
        co_return Error{ErrorCode::validation_error,
                        "channel: none is set up",
                        {},
                        "see notify: in config.yaml (docs/exports.md)"};
    auto outcome = wire::Json::array();
    for (const auto one : wanted) {
        auto delivering = couriers_.deliver(one, {test_notice()});
        const auto delivery = co_await std::move(delivering);
        wire::Json json{{fields::notify::channel, wire_name(one)}};
        if (delivery.outcome != Delivery::Outcome::done)
            json[fields::notify::error] = means_.clean(delivery.why);
        outcome.push_back(std::move(json));
    }
    co_return wire::as_result(std::move(outcome));
}

NotifyDesk::Counts NotifyDesk::counts_of(const Lane& lane) {
    return {lane.channel,
            lane.sent,
            lane.failed,
            lane.dropped + lane.gathering.dropped(),
            lane.gathering.repeated(),
            lane.queue.size() + lane.gathering.waiting()};
}

std::vector<NotifyDesk::Counts> NotifyDesk::counts() const {
    std::vector<Counts> all;
    for (const auto& lane : lanes_) all.push_back(counts_of(*lane));
    return all;
}

wire::Json NotifyDesk::as_json() const {
    auto channels = wire::Json::array();
    for (const auto& lane : lanes_) {
        const auto counts = counts_of(*lane);
        wire::Json json{{fields::notify::channel, wire_name(lane->channel)},
                        {fields::notify::to, couriers_.shown_target(lane->channel)},
                        {fields::notify::sent, counts.sent},
                        {fields::notify::failed, counts.failed},
                        {fields::notify::dropped, counts.dropped},
                        {fields::notify::repeated, counts.repeated},
                        {fields::notify::waiting, counts.waiting}};
        if (lane->last_sent_at) json[fields::notify::last_sent_at] = format_time(*lane->last_sent_at);
        if (!lane->last_error.empty()) json[fields::notify::last_error] = lane->last_error;
        channels.push_back(std::move(json));
    }
    wire::Json json{{fields::notify::channels, std::move(channels)}};
    if (missed_ > 0) json[fields::notify::missed_events] = missed_;
    return json;
}

}  // namespace mcpm::notify
