#include "agent/observe/error_book.hpp"

#include "common/whole_characters.hpp"

#include <algorithm>
#include <array>

namespace mcpm::observe {

namespace {

constexpr std::size_t longest_text = 300;

struct Row {
    std::string_view event, word;  // `word`: somewhere in the message; empty: whatever it says
    ErrorSaid said;
};
constexpr std::array rows{
    Row{"server:crash-loop", "", {"crash-loop", Severity::critical}},
    Row{"server:start-failed", "", {"start-failed", Severity::error}},
    Row{"server:stop-failed", "", {"stop-failed", Severity::error}},
    Row{"server:remove-failed", "", {"remove-failed", Severity::error}},
    Row{"server:health", "unhealthy", {"unhealthy", Severity::warning}},
    Row{"agent:upgrade-failed", "", {"upgrade-failed", Severity::error}},
    Row{"agent:fault", "", {"agent", Severity::error}},
    Row{"agent:notice", "agent before this one crashed", {"agent-crash", Severity::critical}},
    Row{"agent:notice", "database", {"database", Severity::critical}},
    Row{"agent:notice", "", {"notice", Severity::warning}},
};

}  // namespace

std::string_view severity_name(Severity severity) {
    constexpr std::array<std::string_view, 3> names{"warning", "error", "critical"};
    return names.at(static_cast<std::size_t>(severity));
}

ErrorSaid error_said_by(std::string_view event_type, std::string_view message) {
    for (const Row& row : rows) {
        if (row.event == event_type && message.find(row.word) != message.npos) return row.said;
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
