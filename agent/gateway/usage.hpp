// How tools are used: calls, errors and durations of each server and tool since the agent began. Bounded:
// beyond tools_limit names of a server all further ones are counted together. Pure.
#pragma once

#include "agent/metrics/histogram.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::gateway {

/// A call of a tool that has ended. What it names lives as long as the listener is being told.
struct EndedCall {
    enum class Outcome { good, tool_error, failed };  // failed: no answer, or a JSON-RPC error
    const std::string& server_id;
    std::string_view server = {}, tool = {};
    std::string_view client = {}, principal = {};  // as it named itself; whose credential
    std::chrono::microseconds duration{0};
    Outcome outcome = Outcome::good;
    std::size_t bytes_in = 0, bytes_out = 0;
    std::string_view trace = {};   // the id of the one it is part of, when that is exported
    std::uint64_t run = 0;         // of a call that is part of a trace
    std::string_view params = {};  // JSON, as the server got it
};

/// Durations by the bounds of metrics::call_bounds.
class Durations {
  public:
    /// `trace`: the id of the one that the call is part of, or empty.
    void add(std::chrono::microseconds duration, std::string_view trace = {});
    void add(const Durations& others);
    std::uint64_t count() const { return histogram_.count(); }
    /// The upper bound of the bucket in which this share (0 to 1) of all is reached; at most the longest.
    std::chrono::microseconds at(double share) const;
    /// With the last trace of each bucket; none in one that is a sum.
    const metrics::Histogram& histogram() const { return histogram_; }
    std::chrono::microseconds total() const { return total_; }
    std::chrono::microseconds most() const { return most_; }

  private:
    metrics::Histogram histogram_{metrics::call_bounds};
    std::chrono::microseconds total_{0}, most_{0};
};

struct ToolUsage {
    std::uint64_t calls = 0, errors = 0;  // errors: no answer, a JSON-RPC error, or a result with isError
    Durations durations = {};
};

class Usage {
  public:
    static constexpr std::size_t tools_limit = 1000;
    static constexpr std::string_view others = "(others)";
    using Tools = std::map<std::string, ToolUsage, std::less<>>;

    void note(const EndedCall& call);
    /// Is told of every call from now on; quickly, on the loop.
    void set_listener(std::function<void(const EndedCall& call)> listener) {
        listener_ = std::move(listener);
    }
    /// Null when none was called.
    const Tools* of(const std::string& server_id) const;
    void forget(const std::string& server_id) { servers_.erase(server_id); }

  private:
    std::map<std::string, Tools> servers_;
    std::function<void(const EndedCall& call)> listener_ = {};
};

}  // namespace mcpm::gateway
