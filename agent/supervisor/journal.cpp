#include "agent/supervisor/journal.hpp"

#include "common/event_type.hpp"
#include "common/units.hpp"

#include <utility>

namespace mcpm {

namespace {

// Enough for the store to commit many together; the rest waits here, in order.
constexpr std::size_t most_in_flight = 256;
constexpr std::size_t most_queued = 4096;

}  // namespace

Journal::Journal(Loop& loop, StateStore& store, std::size_t feed_capacity, Clean clean)
    : store_(store), clean_(std::move(clean)), tasks_(loop), events_(loop, feed_capacity), idle_(loop) {}

void Journal::clean(const std::string& server_id, std::string& text) const {
    if (clean_ && !server_id.empty() && !text.empty()) text = clean_(server_id, std::move(text));
}

void Journal::save_run(std::string server_id, RunRecord run) {
    clean(server_id, run.command);
    push(RunEntry{std::move(server_id), std::move(run)});
}

void Journal::add_event(Event event) {
    if (event.at == Timestamp{}) event.at = now_utc();
    clean(event.server_id, event.message);
    clean(event.server_id, event.detail);
    push(std::move(event));
}

void Journal::push(Entry entry) {
    if (closed_) return lose(std::move(entry));
    if (in_flight_ < most_in_flight) return write(std::move(entry));
    if (queue_.size() == most_queued) {
        lose(std::move(queue_.front()));
        queue_.pop_front();
    }
    queue_.push_back(std::move(entry));
}

void Journal::lose(Entry entry) {
    ++lost_;
    if (auto* event = std::get_if<Event>(&entry)) events_.push(std::move(*event));
}

void Journal::write(Entry entry) {
    ++in_flight_;
    tasks_.spawn("write history", write_entry(std::move(entry)));
}

Task<> Journal::write_entry(Entry entry) {
    bool well = false;
    if (std::holds_alternative<RunEntry>(entry)) {
        well = co_await write_run(std::move(std::get<RunEntry>(entry)));
    } else {
        well = co_await write_event(std::move(std::get<Event>(entry)));
    }
    written(well);
}

Task<bool> Journal::write_run(RunEntry entry) {
    const auto saved = co_await store_.save_run(std::move(entry.server_id), std::move(entry.run));
    co_return saved.has_value();
}

Task<bool> Journal::write_event(Event event) {
    const auto sequence = co_await store_.add_event(event);
    if (sequence) event.sequence = *sequence;
    events_.push(std::move(event));
    co_return sequence.has_value();
}

void Journal::written(bool well) {
    --in_flight_;
    if (!well) ++lost_;
    if (well && lost_ > 0 && !closed_) {
        Event event;
        event.type = name_of(EventType::agent_history_lost);
        event.actor = "agent";
        event.message =
            std::to_string(std::exchange(lost_, 0)) + " entries of the history could not be stored";
        add_event(std::move(event));
    }
    if (!queue_.empty() && in_flight_ < most_in_flight) {
        Entry next = std::move(queue_.front());
        queue_.pop_front();
        write(std::move(next));
    }
    if (in_flight_ == 0) idle_.notify_all();
}

Task<> Journal::close(Duration limit) {
    const auto end = Clock::now() + limit;
    while (in_flight_ > 0 && Clock::now() < end) {
        co_await idle_.wait_for(end - Clock::now());
    }
    closed_ = true;
    tasks_.cancel_all();
    co_await tasks_.drain();
}

}  // namespace mcpm
