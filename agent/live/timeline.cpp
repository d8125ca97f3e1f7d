#include "agent/live/timeline.hpp"

#include "common/event_type.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mcpm::live {

namespace {

constexpr std::array<std::pair<std::string_view, Change>, 5> changes{
    {{name_of(EventType::server_created), Change::created},
     {name_of(EventType::server_updated), Change::updated},
     {name_of(EventType::server_status), Change::status},
     {name_of(EventType::server_health), Change::health},
     {name_of(EventType::server_deleted), Change::deleted}}};

std::uint64_t number_of_event(std::uint64_t ordinal) {
    return 2 * ordinal + 1;
}

/// The first event whose number is behind `after`.
std::uint64_t first_behind(std::uint64_t after) {
    return std::max<std::uint64_t>((after + 1) / 2, 1);
}

bool wants_servers(Timeline::Wanted wanted) {
    return wanted == Timeline::Wanted::servers || wanted == Timeline::Wanted::both;
}

bool wants_events(Timeline::Wanted wanted) {
    return wanted == Timeline::Wanted::events || wanted == Timeline::Wanted::both;
}

}  // namespace

std::string_view wire_name(Change change) {
    for (const auto& [name, value] : changes) {
        if (value == change) return name;
    }
    return "";
}

Change change_of(std::string_view event_type) {
    for (const auto& [name, value] : changes) {
        if (name == event_type) return value;
    }
    return Change::status;
}

Timeline::Timeline(std::size_t most_events, std::size_t most_deleted)
    : most_events_(most_events), most_deleted_(most_deleted) {}

void Timeline::add(Event event) {
    newest_ += 2;
    if (!event.server_id.empty()) note(event.server_id, change_of(event.type), newest_ - 1);
    if (events_.size() == most_events_) {
        events_.pop_front();
        ++first_event_;
    }
    events_.push_back(std::make_shared<const Event>(std::move(event)));
}

void Timeline::note(const std::string& server_id, Change change, std::uint64_t number) {
    Known known{server_id, change, change == Change::created ? number : 0};
    if (const auto found = number_of_.find(server_id); found != number_of_.end()) {
        const auto before = changes_.find(found->second);
        if (change != Change::created) known.created = before->second.created;
        // Nothing comes back from that: what was on its way when it went is told after it.
        if (before->second.change == Change::deleted) return;
        changes_.erase(before);
    }
    number_of_[server_id] = number;
    changes_.emplace(number, std::move(known));
    if (change != Change::deleted) return;
    deleted_.push_back(number);
    forget_deleted();
}

void Timeline::forget_deleted() {
    if (deleted_.size() <= most_deleted_) return;
    const auto found = changes_.find(deleted_.front());
    number_of_.erase(found->second.server_id);
    changes_.erase(found);
    forgotten_deletion_ = deleted_.front();
    deleted_.pop_front();
}

bool Timeline::knows(std::uint64_t after) const {
    return after <= newest_ && after >= forgotten_deletion_ && first_behind(after) >= first_event_;
}

Timeline::Batch Timeline::read(std::uint64_t after, Wanted wanted, std::size_t limit) const {
    Batch batch;
    batch.next = newest_;
    auto change = wants_servers(wanted) ? changes_.upper_bound(after) : changes_.end();
    auto event = wants_events(wanted) ? first_behind(after) : first_event_ + events_.size();
    if (event < first_event_) {
        batch.missed = first_event_ - event;
        event = first_event_;
    }
    for (;;) {
        const bool has_event = event < first_event_ + events_.size();
        if (!has_event && change == changes_.end()) return batch;
        if (batch.items.size() == limit) break;
        if (has_event && (change == changes_.end() || number_of_event(event) < change->first)) {
            batch.items.push_back({number_of_event(event), {}, {}, events_[event - first_event_]});
            ++event;
            continue;
        }
        const auto& known = change->second;
        const bool is_news = known.created > after && known.change != Change::deleted;
        batch.items.push_back({change->first, known.server_id, is_news ? Change::created : known.change, {}});
        ++change;
    }
    batch.next = batch.items.back().number;
    return batch;
}

}  // namespace mcpm::live
