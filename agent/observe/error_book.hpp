// Errors of the agent and of its servers, counted by type and severity since the agent began. Bounded:
// further kinds are counted together. Pure: times are passed in.
#pragma once

#include "agent/metrics/recent_count.hpp"
#include "common/server_spec.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::observe {

enum class Severity { warning, error, critical };
std::string_view severity_name(Severity severity);

struct ErrorKind {
    std::string type;  // "request", "start-failed", "crash-loop", …
    Severity severity = Severity::error;
    std::uint64_t count = 0;
    Timestamp last_at{};
    std::string last = {};  // what was said of the newest
};

class ErrorBook {
  public:
    static constexpr std::size_t most_kinds = 100;

    void note(std::string_view type, Severity severity, std::string what, Timestamp at,
              metrics::RecentCount::Time now);
    std::uint64_t total() const { return total_; }
    std::uint64_t critical() const;
    std::uint64_t in_last_minute(metrics::RecentCount::Time now) { return recent_.in_last_minute(now); }
    /// The most frequent first; among equals, as their types are ordered.
    std::vector<ErrorKind> top(std::size_t most) const;
    std::vector<ErrorKind> all() const { return top(most_kinds + 1); }

  private:
    std::map<std::pair<std::string, Severity>, ErrorKind> kinds_;
    std::uint64_t total_ = 0;
    metrics::RecentCount recent_;
};

/// What an event's type says of an error; an empty type when it is none.
struct ErrorSaid {
    std::string_view type;
    Severity severity = Severity::error;
};
ErrorSaid error_said_by(std::string_view event_type, std::string_view message);

}  // namespace mcpm::observe
