#include "agent/engine/event_watch.hpp"

#include "agent/async/notifier.hpp"
#include "agent/async/with_deadline.hpp"
#include "agent/engine/answers.hpp"
#include "agent/engine/engine.hpp"
#include "common/units.hpp"
#include "common/whole_lines.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

namespace mcpm::engine {

namespace {

constexpr Duration between_pings{2'000};
constexpr Duration between_attempts{250};
/// A stream that nothing came through for so long is taken anew: whoever is in between may have forgotten it.
constexpr Duration longest_trust{30'000};
constexpr std::size_t longest_line = 256u << 10;
constexpr std::size_t remembered_events = 512;
/// Asked for again when the stream is taken anew: events are not told strictly in the order of their times.
constexpr std::uint64_t overlap_ns = 2'000'000'000;

using Opened = Result<std::unique_ptr<http::ClientStream>>;

std::uint64_t now_ns() {
    return static_cast<std::uint64_t>(now_utc().time_since_epoch().count()) * 1'000'000;
}

struct Told {
    std::uint64_t time_ns;
    std::string id, action;
    bool operator==(const Told&) const = default;
};

}  // namespace

/// Shared by the watch and its coroutine, which ends soon after the watch has.
struct EventWatch::State {
    State(Loop& the_loop, Engine& the_engine) : loop(the_loop), engine(the_engine) {}

    Loop& loop;
    Engine& engine;
    std::string label, value;
    WatchHooks hooks;
    asio::cancellation_signal signal;
    bool has_ended = false;  // the watch is gone: no hook may be called any more, nor the engine
    bool is_lost = false;
    std::uint64_t since_ns = 0;
    std::deque<Told> told;  // the newest ones
    WholeLines lines{longest_line};

    static Task<> run(std::shared_ptr<State> self);
    Task<Opened> open();
    Task<Result<>> follow(http::ClientStream& stream);
    Task<Result<>> read(http::ClientStream& stream);
    Task<Result<>> ping();
    void take(std::string_view bytes);
    void take_line(std::string_view line);
    void tell_lost(const Error& why);
    void tell_back();
};

Task<Opened> EventWatch::State::open() {
    if (is_lost || !engine.info()) {
        const auto found = co_await engine.connect();
        if (!found) co_return found.error();
    }
    std::string path = "/events?filters=" + label_filter(label, value);
    if (since_ns != 0)
        path += fmt::format("&since={}.{:09}", since_ns / 1'000'000'000, since_ns % 1'000'000'000);
    Engine::Asked asked{"GET", std::move(path)};
    asked.limit = between_pings;
    asked.attempted = "listen to the container engine's events";
    lines.begin_anew();
    auto stream = co_await engine.ask_stream(std::move(asked));
    co_return stream;
}

Task<Result<>> EventWatch::State::read(http::ClientStream& stream) {
    for (;;) {
        const auto bytes = co_await stream.read();
        if (!bytes) co_return bytes.error();
        if (!*bytes)
            co_return Error{ErrorCode::unavailable, "the container engine ended its stream of events"};
        take(**bytes);
        if (has_ended) co_return Result<>{};
    }
}

Task<Result<>> EventWatch::State::ping() {
    const auto trusted_until = Clock::now() + longest_trust;
    while (Clock::now() < trusted_until) {
        co_await sleep_for(between_pings);
        auto alive = co_await engine.ping();
        if (!alive) co_return alive;
    }
    co_return Result<>{};
}

/// Success: take the stream anew, nothing is wrong.
Task<Result<>> EventWatch::State::follow(http::ClientStream& stream) {
    using namespace asio::experimental::awaitable_operators;
    const auto first = co_await (read(stream) || ping());
    if (first.index() == 0) co_return std::get<0>(first);
    co_return std::get<1>(first);
}

Task<> EventWatch::State::run(std::shared_ptr<State> self) {
    bool is_first = true;
    while (!self->has_ended) {
        auto stream = co_await self->open();
        if (self->has_ended) co_return;
        if (!stream) {
            self->tell_lost(stream.error());
            if (self->has_ended) co_return;
            co_await sleep_for(between_attempts);
            continue;
        }
        if (self->since_ns == 0)
            self->since_ns = now_ns() - overlap_ns;  // until an event says what its clock is
        if (is_first || self->is_lost) self->tell_back();
        is_first = false;
        if (self->has_ended) co_return;
        const auto followed = co_await self->follow(**stream);
        if (self->has_ended) co_return;
        if (!followed) self->tell_lost(followed.error());
    }
}

void EventWatch::State::take(std::string_view bytes) {
    lines.take(bytes, [this](std::string_view line) {
        if (!has_ended) take_line(line);
    });
}

void EventWatch::State::take_line(std::string_view line) {
    const auto event = read_event(line);
    if (!event) return;
    Told entry{event->time_ns, event->id, event->action};
    if (std::find(told.begin(), told.end(), entry) != told.end()) return;
    told.push_back(std::move(entry));
    if (told.size() > remembered_events) told.pop_front();
    if (event->time_ns > since_ns + overlap_ns) since_ns = event->time_ns - overlap_ns;
    hooks.event(*event);
}

void EventWatch::State::tell_lost(const Error& why) {
    if (std::exchange(is_lost, true)) return;
    hooks.lost(why);
}

void EventWatch::State::tell_back() {
    is_lost = false;
    // Held by value: the hook may end the watch, and with it the engine's facts.
    const EngineInfo info = engine.info().value_or(EngineInfo{});
    hooks.back(info);
}

EventWatch::EventWatch(Loop& loop, Engine& engine, std::string label, std::string value, WatchHooks hooks)
    : state_(std::make_shared<State>(loop, engine)) {
    state_->label = std::move(label);
    state_->value = std::move(value);
    state_->hooks = std::move(hooks);
    asio::co_spawn(loop.get_executor(), State::run(state_),
                   asio::bind_cancellation_slot(state_->signal.slot(), asio::detached));
}

EventWatch::~EventWatch() {
    state_->has_ended = true;
    asio::post(state_->loop, [state = state_] { state->signal.emit(asio::cancellation_type::terminal); });
}

bool EventWatch::is_lost() const {
    return state_->is_lost;
}

std::unique_ptr<EventWatch> Engine::watch(std::string label, std::string value, WatchHooks hooks) {
    return std::make_unique<EventWatch>(loop_, *this, std::move(label), std::move(value), std::move(hooks));
}

}  // namespace mcpm::engine
