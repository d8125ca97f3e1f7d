// What is counted of the agent's own HTTP requests and of what was done to servers. Labels are patterns of
// routes, never paths. Bounded by the table of routes. Owned by the API.
#pragma once

#include "agent/metrics/histogram.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

namespace mcpm::metrics {

class RequestMetrics {
  public:
    RequestMetrics() = default;
    RequestMetrics(const RequestMetrics&) = delete;  // last_ is of this map
    RequestMetrics& operator=(const RequestMetrics&) = delete;

    struct Key {
        std::string_view method;  // of the table, or "other"
        std::string_view route;   // of the table, or "other"
        unsigned status = 0;
        auto operator<=>(const Key&) const = default;  // NOLINT(modernize-use-nullptr): not written here
    };

    /// The texts of `key` outlive this object: they are those of the table.
    /// `trace`: the id of the one that the request is part of, or empty.
    void note(const Key& key, std::chrono::microseconds duration, std::string_view trace = {}) {
        if (last_ == durations_.end() || last_->first != key)
            last_ = durations_.try_emplace(key, request_bounds).first;
        last_->second.add(duration, trace);
    }
    const std::map<Key, Histogram>& durations() const { return durations_; }

  private:
    std::map<Key, Histogram> durations_;
    std::map<Key, Histogram>::iterator last_ = durations_.end();  // the next request is often one like it
};

}  // namespace mcpm::metrics
