// Calls of tools summed up: by server, tool, client or day. Bounded: further groups are counted together.
// Pure: fed with rows, in any order.
#pragma once

#include "agent/store/history_store.hpp"
#include "common/wire.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace mcpm::observe {

/// Durations by eighths of a power of two: quantiles are within 10 %.
class FineDurations {
  public:
    static std::size_t bucket_of(std::chrono::microseconds duration);
    void add(std::chrono::microseconds duration) { add(duration, bucket_of(duration)); }
    /// `bucket` is that of the duration.
    void add(std::chrono::microseconds duration, std::size_t bucket);
    /// The upper bound of the bucket in which this share (0 to 1) is reached; at most the longest.
    std::chrono::microseconds at(double share) const;

  private:
    static constexpr std::size_t buckets = 320;
    std::array<std::uint32_t, buckets> buckets_{};
    std::uint64_t count_ = 0;
    std::chrono::microseconds most_{0};
};

/// good, tool_error, failed.
std::string_view outcome_name(CallOutcome outcome);

enum class UsageBy { server, tool, client, day };

struct UsageRow {
    std::string server = {}, tool = {}, client = {}, day = {};  // those that its group has
    std::uint64_t calls = 0, errors = 0, bytes_in = 0, bytes_out = 0;
    FineDurations durations = {};
};

class UsageReport {
  public:
    static constexpr std::size_t most_rows = 2'000;
    static constexpr std::size_t most_clients = 10'000;

    explicit UsageReport(UsageBy by) : by_(by) {}
    UsageReport(const UsageReport&) = delete;  // `known_` points into it
    UsageReport& operator=(const UsageReport&) = delete;
    void add(const CallRow& call);

    /// Most calls first; days as they follow one another.
    std::vector<const UsageRow*> rows() const;
    const UsageRow& total() const { return total_; }
    /// The oldest that was met.
    std::optional<Timestamp> since() const { return since_; }
    std::size_t clients() const { return clients_.size(); }
    /// Whether this tool of the server (by id) was called.
    bool has_used(const std::string& server_id, const std::string& tool) const {
        return used_.contains({server_id, tool});
    }
    bool has_used(const std::string& server_id) const { return used_servers_.contains(server_id); }

  private:
    using Names = std::shared_ptr<const CallNames>;
    struct Place {
        UsageRow* row = nullptr;
        bool is_of_server = false;  // else it has no server's name
    };
    static constexpr std::size_t most_known = 10'000;

    Place place_of(const CallRow& call);
    Place find(const CallRow& call, std::int64_t day);
    void meet(const CallNames& names);

    UsageBy by_;
    std::map<std::pair<std::string, std::string>, UsageRow> rows_;
    // Where calls go that have the same in common, and those of one day: a month has hundreds of thousands.
    std::unordered_map<Names, Place> known_;
    std::optional<std::int64_t> newest_day_;
    UsageRow total_;
    std::set<std::pair<std::string, std::string>> clients_, used_;
    std::set<std::string> used_servers_;
    std::optional<Timestamp> since_;
};

/// One call: {"sequence", "at", "serverId", "server", "tool", "client", "principal", "outcome", "durationMs",
/// "bytesIn", "bytesOut", "tokensIn", "tokensOut", "run"?, "trace"?, "arguments"? or "argumentsCut"?}. `at`
/// is its end.
wire::Json call_json(const CallRow& call);

/// {"calls", "errors", "p50Ms"?, "p95Ms"?, "bytesIn", "bytesOut", "tokensIn", "tokensOut"} and what its group
/// has.
wire::Json usage_row_json(const UsageRow& row);

}  // namespace mcpm::observe
