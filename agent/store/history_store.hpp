// What is kept beside the truth about servers: what they used over time, calls of tools, use of features. In
// the store's database and on its thread; each table has a bound in age and in size, and what is too old goes
// a bounded number of rows at a time. A write that fails with `unavailable` was not stored: the caller keeps
// what it holds.
#pragma once

#include "agent/async/task.hpp"
#include "agent/store/state_store.hpp"
#include "common/error.hpp"
#include "common/server_spec.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mcpm {

/// What a server used from `at` on for `span`, in one look or several. What nobody could know is not there.
struct StatsPoint {
    Timestamp at{};
    std::uint64_t looks = 1;
    std::chrono::milliseconds span{0};
    std::chrono::microseconds cpu{0};
    std::uint64_t memory = 0;                        // bytes, summed over the looks
    std::uint64_t memory_most = 0;                   // bytes
    std::optional<std::uint64_t> memory_least = {};  // bytes
    std::optional<std::uint64_t> cpu_least = {},
                                 cpu_most = {};      // of the looks, hundredths of a percent of a core
    std::optional<std::uint64_t> proportional = {};  // the newest: memory with its share of what is shared
    std::uint64_t processes = 0;                     // the most
    std::optional<std::uint64_t> descriptors = {};   // the most
    std::optional<std::uint64_t> read_bytes = {}, written_bytes = {}, received_bytes = {}, sent_bytes = {};
    std::uint64_t calls = 0, errors = 0;
};
struct ServerStats {
    std::string server_id;
    StatsPoint point;
};
/// look: each as it was, for an hour. minute: for 25 hours. hour: for 30 days.
enum class StatsStep { look, minute, hour };

enum class CallOutcome { good, tool_error, failed };

/// What calls have in common that one client makes of one tool.
struct CallNames {
    std::string server_id = {}, server = {};  // the name it had then
    std::string tool = {};
    std::string client = {};     // as it named itself
    std::string principal = {};  // whose credential: "token:laptop", "uid:1000"
};

/// What few calls have.
struct CallExtras {
    std::uint64_t run = 0;       // of a call that is part of a trace
    std::string trace = {};      // the id of the trace
    std::string arguments = {};  // where they are asked for: JSON, redacted, or its beginning
};

/// One call of a tool. Thousands of them wait for the store: small.
struct CallRow {
    std::uint64_t sequence = 0;
    Timestamp at{};
    std::shared_ptr<const CallNames> names = {};    // shared by calls; none: all are empty
    std::shared_ptr<const CallExtras> extras = {};  // none: it has none
    CallOutcome outcome = CallOutcome::good;
    std::chrono::microseconds duration{0};
    std::uint64_t bytes_in = 0, bytes_out = 0;

    const CallNames& named() const {
        static const CallNames none;
        return names ? *names : none;
    }
    const CallExtras& more() const {
        static const CallExtras none;
        return extras ? *extras : none;
    }
};

/// Which calls; what is empty does not matter.
struct CallFilter {
    Timestamp since{};
    std::string server_id = {}, tool = {}, trace = {};
};

/// A use of a feature, counted by day: a page that was viewed, a template that was deployed.
struct FeatureUse {
    std::int64_t day = 0;  // since 1970, UTC
    std::string type, subject;
    std::uint64_t count = 0;
    std::uint64_t total = 0;  // of what its type measures, seconds for instance; 0 when nothing
};

struct HistoryLimits {
    std::uint64_t calls = 300'000;
    std::chrono::hours call_age{24 * 31};
    std::uint64_t call_arguments = 20'000;  // of the newest calls that have some
    std::uint64_t feature_subjects = 200;   // of a type and day; further ones are counted together
    std::int64_t feature_days = 400;
    std::uint64_t trimmed_at_once = 2'000;  // rows; of calls twice as many as come, if that is more
};

class HistoryStore {
  public:
    explicit HistoryStore(const StateStore& store, HistoryLimits limits = {});

    Task<Result<>> add_stats(std::vector<ServerStats> looks);
    /// Oldest first.
    Task<Result<std::vector<StatsPoint>>> load_stats(std::string server_id, StatsStep step, Timestamp since);

    using Calls = std::shared_ptr<const std::vector<CallRow>>;
    /// The rows are shared with the store's thread, not copied.
    Task<Result<>> add_calls(Calls calls);
    using TakeCall = std::function<void(const CallRow&)>;
    /// Each call not older than `since`, oldest first, on the store's thread, to what `begin` gives. It is
    /// asked again when reading has to begin again; both own what they touch.
    Task<Result<>> each_call(Timestamp since, std::function<TakeCall()> begin);

    /// The newest first.
    Task<Result<std::vector<CallRow>>> newest_calls(CallFilter filter, std::size_t limit);

    /// Calls that were not sent on, oldest first.
    Task<Result<std::vector<CallRow>>> load_unsent(std::size_t limit);
    Task<Result<>> save_sent(std::uint64_t sequence);

    Task<Result<>> add_features(std::vector<FeatureUse> uses);
    Task<Result<std::vector<FeatureUse>>> load_features(std::int64_t since_day);

  private:
    std::shared_ptr<store::WriteQueue> queue_;
    HistoryLimits limits_;
};

}  // namespace mcpm
