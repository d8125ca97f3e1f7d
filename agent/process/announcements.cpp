#include "agent/process/announcements.hpp"

#include "common/units.hpp"

#include <algorithm>
#include <utility>

namespace mcpm {

namespace {

constexpr std::size_t most_notices = 50;
constexpr std::size_t most_waiting = 256;

}  // namespace

void Announcements::note(std::string text) {
    if (!is_settled_ && std::find(notices_.begin(), notices_.end(), text) != notices_.end()) return;
    log_.warning(text);
    say(EventType::agent_notice, text);
    if (notices_.size() == most_notices) notices_.erase(notices_.begin());
    notices_.push_back(std::move(text));
}

void Announcements::say(EventType type, std::string message, std::string server_id) {
    if (is_over_ || waiting_.size() == most_waiting) return;
    Event event;
    event.at = now_utc();
    event.type = name_of(type);
    event.actor = "agent";
    event.server_id = std::move(server_id);
    event.message = std::move(message);
    if (keep_) return keep_(std::move(event));
    waiting_.push_back(std::move(event));
}

void Announcements::join(Keep keep) {
    keep_ = std::move(keep);
    for (auto& event : std::exchange(waiting_, {})) keep_(std::move(event));
}

void Announcements::part() {
    is_over_ = true;
    keep_ = {};
}

}  // namespace mcpm
