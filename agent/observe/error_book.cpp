#include "agent/observe/error_book.hpp"

#include "common/event_type.hpp"
#include "common/whole_characters.hpp"

#include <algorithm>
#include <array>

namespace mcpm::observe {

namespace {

constexpr std::size_t longest_text = 300;

struct Row {
    EventType event;
    std::string_view word;  // `word`: somewhere in the message; empty: whatever it says
    ErrorSaid said;
};
constexpr std::array rows{
    Row{EventType::server_crash_loop, "", {"crash-loop", Severity::critical}},
    Row{EventType::server_start_failed, "", {"start-failed", Severity::error}},
    Row{EventType::server_stop_failed, "", {"stop-failed", Severity::error}},
    Row{EventType::server_remove_failed, "", {"remove-failed", Severity::error}},
    Row{EventType::server_health, "unhealthy", {"unhealthy", Severity::warning}},
    Row{EventType::agent_upgrade_failed, "", {"upgrade-failed", Severity::error}},
    Row{EventType::agent_fault, "", {"agent", Severity::error}},
    Row{EventType::agent_notice, "agent before this one crashed", {"agent-crash", Severity::critical}},
    Row{EventType::agent_notice, "database", {"database", Severity::critical}},
    Row{EventType::agent_notice, "", {"notice", Severity::warning}},
};

}  // namespace

std::string_view severity_name(Severity severity) {
    constexpr std::array<std::string_view, 3> names{"warning", "error", "critical"};
    return names.at(static_cast<std::size_t>(severity));
}

ErrorSaid error_said_by(std::string_view event_type, std::string_view message) {
    for (const Row& row : rows) {
        if (name_of(row.event) == event_type && message.find(row.word) != message.npos) return row.said;
    }
    return {{}, Severity::error};
}

void ErrorBook::note(std::string_view type, Severity severity, std::string what, Timestamp at,
                     metrics::RecentCount::Time now) {
    ++total_;
    recent_.note(now);
    std::pair key{std::string(type), severity};
    if (kinds_.size() >= most_kinds && !kinds_.contains(key)) key = {"other", Severity::error};
    ErrorKind& kind = kinds_[key];
    kind.type = key.first;
    kind.severity = key.second;
    ++kind.count;
    kind.last_at = at;
    what.resize(whole_characters(what, longest_text).size());
    kind.last = std::move(what);
}

std::uint64_t ErrorBook::critical() const {
    std::uint64_t sum = 0;
    for (const auto& [key, kind] : kinds_) {
        if (kind.severity == Severity::critical) sum += kind.count;
    }
    return sum;
}

std::vector<ErrorKind> ErrorBook::top(std::size_t most) const {
    std::vector<ErrorKind> sorted;
    for (const auto& [key, kind] : kinds_) sorted.push_back(kind);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& left, const auto& right) { return left.count > right.count; });
    if (sorted.size() > most) sorted.resize(most);
    return sorted;
}

}  // namespace mcpm::observe
