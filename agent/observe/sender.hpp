// Sends on what was counted, when somebody set where to: calls of tools that were recorded, and the use of
// features by day. The database is the spool: what was sent is remembered by the sequence of the newest call,
// so nothing is lost below the bounds of its tables, nor sent twice once it was taken. Without an address: no
// task, no cost.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/async/task_group.hpp"
#include "agent/store/history_store.hpp"
#include "common/wire.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mcpm::observe {

/// One batch. No names of servers, clients or credentials, no arguments, no results: {"version", "sentAt",
/// "calls": [{"sequence", "at", "tool", "outcome", "durationMs", "bytesIn", "bytesOut"}], "features":
/// [{"day", "type", "subject", "count", "total"}]}. Features are the whole of their day so far. Pure.
wire::Json outgoing_json(const std::string& version, Timestamp now, const std::vector<CallRow>& calls,
                         const std::vector<FeatureUse>& features);

class Sender {
  public:
    /// Posts a body; the status of the answer, or why there was none.
    using Post = std::function<Task<Result<int>>(std::string body)>;
    struct Pace {
        Clock::duration pause = std::chrono::seconds(60);
        Clock::duration longest_pause =
            std::chrono::hours(1);  // while nobody takes it: twice as long each time
        std::size_t batch = 10'000;
    };

    Sender(Loop& loop, HistoryStore& history, std::string version);
    Sender(Loop& loop, HistoryStore& history, std::string version, Pace pace);

    void start(Post post);
    /// So many more calls wait: a whole batch of them is sent at once.
    void note_stored(std::size_t calls);
    /// What would be sent now.
    Task<Result<wire::Json>> next();
    /// Sends one batch; false when there is nothing, an error when it was not taken.
    Task<Result<bool>> send(Post post);
    std::uint64_t sent() const { return sent_; }
    std::uint64_t refused() const { return refused_; }
    Task<> close();

  private:
    struct Batch {
        std::vector<CallRow> calls;
        std::vector<FeatureUse> features;
    };
    Task<Result<Batch>> load();
    Task<> run(Post post);

    HistoryStore& history_;
    std::string version_;
    Pace pace_;
    std::uint64_t sent_ = 0, refused_ = 0;  // batches
    std::size_t stored_ = 0;                // calls, since there was a look at them
    Notifier full_;
    TaskGroup tasks_;
};

}  // namespace mcpm::observe
