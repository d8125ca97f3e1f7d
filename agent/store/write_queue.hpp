// The loop's side of the store: calls wait here in order, the thread takes what is waiting as one batch, and
// each call is answered on the loop. A call that waits longer than its limit is answered with `unavailable`;
// its work is dropped or tried again as its kind says. Without work: no timer, no coroutine.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/async/offload.hpp"
#include "agent/async/task.hpp"
#include "agent/store/batch.hpp"
#include "agent/store/state_store.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mcpm::store {

struct Call {
    Kind kind = Kind::read;
    std::string attempted;  // "store server \"web\""
    Clock::time_point expires_at{};
    std::function<void()> resume = {};  // empty once answered
    std::optional<Error> error = {};
    bool is_answered = false;
    bool is_with_thread = false;
};

class WriteQueue : public std::enable_shared_from_this<WriteQueue> {
  public:
    WriteQueue(Loop& loop, std::shared_ptr<Backend> backend, std::unique_ptr<Workers> workers);

    /// Completes when the work is done (committed, if it writes), or with why it was not.
    static Task<std::optional<Error>> submit(std::shared_ptr<WriteQueue> self, std::string attempted,
                                             Work work);

    /// Writes what waits, as far as that succeeds within the call limit, and closes the database.
    static Task<> close(std::shared_ptr<WriteQueue> self);

    /// Without waiting for what is queued: the thread ends, every call fails.
    void abandon();

    StoreCondition condition() const { return condition_; }
    std::string reason() const { return condition_ == StoreCondition::healthy ? std::string() : reason_; }
    StoreStats stats() const;
    void set_notice_sink(std::function<void(std::string)> sink) { notice_sink_ = std::move(sink); }
    void give_notice(std::string text);
    void begin_degraded(std::string reason);

  private:
    struct BackupOutcome {
        std::string failure;  // empty: saved
    };

    static Task<> pump(std::shared_ptr<WriteQueue> self);
    static Task<> watch_limits(std::shared_ptr<WriteQueue> self);
    static Task<> save_backup(std::shared_ptr<WriteQueue> self);
    void start_pump();
    bool has_work() const;
    std::shared_ptr<std::vector<Work>> take_batch();
    void apply(std::vector<Work>& batch, Report& report);
    void put_back(Work work, const Report& report, std::deque<Work>& again);
    void judge(const Report& report);
    void answer(Call& call, std::optional<Error> error);
    void expire(Clock::time_point now);
    Error expired(const Call& call) const;

    Loop& loop_;
    std::shared_ptr<Backend> backend_;  // touched by the thread while a batch is out
    std::unique_ptr<Workers> workers_;
    StoreOptions options_;
    std::deque<Work> waiting_;
    std::shared_ptr<std::vector<Work>> batch_;      // with the thread now
    std::deque<std::shared_ptr<Call>> unanswered_;  // oldest first; all have the same limit
    Notifier submitted_, pump_ended_;
    Timer limit_timer_;
    StoreStats stats_;
    StoreCondition condition_ = StoreCondition::healthy;
    Trouble trouble_ = Trouble::none;  // of the last batch
    std::string reason_;
    std::function<void(std::string)> notice_sink_;
    std::optional<Clock::time_point> closing_at_;
    Clock::time_point next_backup_at_{};
    bool backup_due_ = false;
    bool backup_failure_said_ = false;
    bool is_pumping_ = false;
    bool is_watching_ = false;
    bool is_closed_ = false;
};

}  // namespace mcpm::store
