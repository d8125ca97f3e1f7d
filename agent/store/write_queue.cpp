#include "agent/store/write_queue.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace mcpm::store {

namespace {

/// How many times as long as it took to write the backup nothing is spent on the next: a burst of changes to
/// many servers does not write all of them over and over.
constexpr int backup_rest = 20;
constexpr auto longest_backup_rest = std::chrono::seconds(10);

/// Suspends until the call's `resume` is called.
Task<> wait_for_answer(std::shared_ptr<Call> call) {
    auto initiation = [call](auto handler) {
        const auto executor = asio::get_associated_executor(handler);
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        call->resume = [executor, shared] { asio::post(executor, [shared] { std::move (*shared)(); }); };
    };
    UseTask token;
    co_await asio::async_initiate<UseTask, void()>(initiation, token);
}

}  // namespace

WriteQueue::WriteQueue(Loop& loop, std::shared_ptr<Backend> backend, std::unique_ptr<Workers> workers)
    : loop_(loop),
      backend_(std::move(backend)),
      workers_(std::move(workers)),
      options_(backend_->options()),
      submitted_(loop),
      pump_ended_(loop),
      limit_timer_(loop) {}

Task<std::optional<Error>> WriteQueue::submit(std::shared_ptr<WriteQueue> self, std::string attempted,
                                              Work work) {
    if (self->is_closed_ || self->closing_at_) {
        co_return Error{ErrorCode::unavailable, attempted + ": the store is closed"};
    }
    if (self->waiting_.size() >= self->options_.waiting_limit) {
        ++self->stats_.refused;
        co_return Error{ErrorCode::unavailable, attempted + ": too many changes wait for the disk (" +
                                                    std::to_string(self->waiting_.size()) + ")"};
    }
    const auto call = std::make_shared<Call>();
    call->kind = work.kind;
    call->attempted = std::move(attempted);
    call->expires_at = Clock::now() + self->options_.call_limit;
    work.call = call;
    self->waiting_.push_back(std::move(work));
    self->unanswered_.push_back(call);
    self->start_pump();
    co_await wait_for_answer(call);
    co_return std::move(call->error);
}

void WriteQueue::start_pump() {
    if (!is_watching_ && !unanswered_.empty()) {
        is_watching_ = true;
        asio::co_spawn(loop_.get_executor(), watch_limits(shared_from_this()), asio::detached);
    }
    if (is_pumping_) {
        submitted_.notify_all();
        return;
    }
    is_pumping_ = true;
    // At the loop's next turn: what else this turn submits goes into the same batch.
    asio::co_spawn(loop_.get_executor(), pump(shared_from_this()), asio::detached);
}

bool WriteQueue::has_work() const {
    if (is_closed_) return false;
    if (closing_at_ && trouble_ == Trouble::disk) return false;
    if (closing_at_ && trouble_ == Trouble::busy && Clock::now() > *closing_at_) return false;
    return !waiting_.empty() || condition_ == StoreCondition::degraded || backup_due_;
}

Task<> WriteQueue::pump(std::shared_ptr<WriteQueue> self) {
    while (self->has_work()) {
        const bool is_backup_time = self->closing_at_ || Clock::now() >= self->next_backup_at_;
        if (self->backup_due_ && is_backup_time) {
            co_await save_backup(self);
            continue;
        }
        if (self->backup_due_ && self->waiting_.empty()) {
            co_await self->submitted_.wait_for(self->next_backup_at_ - Clock::now());
            continue;
        }
        self->batch_ = self->take_batch();
        auto run = [backend = self->backend_, batch = self->batch_] { return run_batch(*backend, *batch); };
        auto report = co_await offload(*self->workers_, std::move(run));
        if (self->is_closed_) break;
        const auto batch = std::exchange(self->batch_, nullptr);
        self->apply(*batch, report);
        if (self->trouble_ == Trouble::disk && self->has_work()) {
            co_await self->submitted_.wait_for(self->options_.retry_after);
        }
    }
    self->is_pumping_ = false;
    if (self->unanswered_.empty()) self->limit_timer_.cancel();
    self->pump_ended_.notify_all();
}

std::shared_ptr<std::vector<Work>> WriteQueue::take_batch() {
    auto batch = std::make_shared<std::vector<Work>>();
    while (!waiting_.empty() && batch->size() < options_.batch_limit) {
        auto work = std::move(waiting_.front());
        waiting_.pop_front();
        // The caller was told that this work failed: it must not happen after all.
        if (work.call->is_answered && work.kind != Kind::kept) continue;
        work.call->is_with_thread = true;
        batch->push_back(std::move(work));
    }
    return batch;
}

void WriteQueue::apply(std::vector<Work>& batch, Report& report) {
    stats_.commits += report.commits;
    stats_.writes += report.writes;
    backup_due_ = report.backup_due && report.trouble == Trouble::none;
    judge(report);
    std::deque<Work> again;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        auto work = std::move(batch[i]);
        work.call->is_with_thread = false;
        if (report.outcomes[i].is_done) {
            answer(*work.call, std::move(report.outcomes[i].error));
        } else {
            put_back(std::move(work), report, again);
        }
    }
    batch.clear();  // here, not where the thread lets go of it: calls hold coroutines of this loop
    waiting_.insert(waiting_.begin(), std::make_move_iterator(again.begin()),
                    std::make_move_iterator(again.end()));
    while (!unanswered_.empty() && unanswered_.front()->is_answered) unanswered_.pop_front();
    for (auto& notice : report.notices) give_notice(std::move(notice));
}

void WriteQueue::put_back(Work work, const Report& report, std::deque<Work>& again) {
    if (report.trouble == Trouble::disk) {
        const char* later = work.kind == Kind::kept ? "; it is stored when the disk allows" : "";
        answer(*work.call,
               Error{ErrorCode::unavailable, work.call->attempted + ": " + report.reason + later});
        if (work.kind != Kind::kept) return;
    }
    again.push_back(std::move(work));
}

void WriteQueue::judge(const Report& report) {
    trouble_ = report.trouble;
    const bool was_degraded = condition_ == StoreCondition::degraded;
    if (report.trouble == Trouble::none) {
        condition_ = StoreCondition::healthy;
        if (was_degraded && report.notices.empty()) give_notice("the store works again");
        return;
    }
    reason_ = report.reason;
    if (report.trouble == Trouble::busy) return;  // degraded only when a call had to be given up: expire()
    condition_ = StoreCondition::degraded;
    if (!was_degraded && report.notices.empty()) give_notice("changes can't be stored: " + reason_);
}

void WriteQueue::answer(Call& call, std::optional<Error> error) {
    if (call.is_answered) return;
    call.is_answered = true;
    call.error = std::move(error);
    if (auto resume = std::exchange(call.resume, nullptr)) resume();
}

Error WriteQueue::expired(const Call& call) const {
    std::string why = trouble_ == Trouble::none ? "no answer from the disk" : reason_;
    why += " for " + std::to_string(options_.call_limit.count()) + " ms";
    if (call.kind == Kind::kept) why += "; it is stored when that ends";
    if (call.kind == Kind::definition && call.is_with_thread && trouble_ == Trouble::none) {
        why += "; whether it was stored is not known";
    }
    return Error{ErrorCode::unavailable, call.attempted + ": " + why};
}

void WriteQueue::expire(Clock::time_point now) {
    bool any = false;
    while (!unanswered_.empty() &&
           (unanswered_.front()->is_answered || unanswered_.front()->expires_at <= now)) {
        const auto call = unanswered_.front();
        unanswered_.pop_front();
        if (call->is_answered) continue;
        any = true;
        answer(*call, expired(*call));
    }
    if (!any || condition_ == StoreCondition::degraded) return;
    condition_ = StoreCondition::degraded;
    if (trouble_ == Trouble::none) reason_ = "no answer from the disk";
    give_notice("changes can't be stored: " + reason_);
}

Task<> WriteQueue::watch_limits(std::shared_ptr<WriteQueue> self) {
    while (!self->is_closed_ && !self->unanswered_.empty()) {
        self->limit_timer_.expires_at(self->unanswered_.front()->expires_at);
        co_await self->limit_timer_.async_wait();
        self->expire(Clock::now());
    }
    self->is_watching_ = false;
}

Task<> WriteQueue::save_backup(std::shared_ptr<WriteQueue> self) {
    auto save = [backend = self->backend_] {
        const auto saved = backend->save_backup();
        return BackupOutcome{saved.has_error() ? saved.error().message : std::string()};
    };
    const auto began = Clock::now();
    const auto outcome = co_await offload(*self->workers_, std::move(save));
    const auto ended = Clock::now();
    self->next_backup_at_ =
        ended + std::min<Clock::duration>(backup_rest * (ended - began), longest_backup_rest);
    self->backup_due_ = false;  // when it failed, the next batch asks again
    if (self->is_closed_) co_return;
    if (!outcome.failure.empty() && !self->backup_failure_said_) {
        self->give_notice("the definitions can't be backed up: " + outcome.failure);
    }
    self->backup_failure_said_ = !outcome.failure.empty();
}

Task<> WriteQueue::close(std::shared_ptr<WriteQueue> self) {
    if (self->is_closed_ || self->closing_at_) co_return;
    self->closing_at_ = Clock::now() + self->options_.call_limit;
    self->submitted_.notify_all();
    // One more attempt, whatever the last one said.
    self->trouble_ = Trouble::none;
    if (!self->is_pumping_ && self->has_work()) self->start_pump();
    while (self->is_pumping_) co_await self->pump_ended_.wait();
    if (self->is_closed_) co_return;
    auto finish = [backend = self->backend_] {
        backend->close();
        return true;
    };
    co_await offload(*self->workers_, std::move(finish));
    if (!self->is_closed_) self->abandon();
}

void WriteQueue::abandon() {
    if (is_closed_) return;
    is_closed_ = true;
    workers_.reset();  // joins: what is with the thread ends first
    std::size_t lost = 0;
    for (auto* works : {batch_.get()}) {
        if (works == nullptr) continue;
        works->clear();
    }
    for (const auto& work : waiting_) lost += work.kind == Kind::kept ? 1U : 0U;
    stats_.lost += lost;
    if (lost > 0)
        give_notice(std::to_string(lost) +
                    " changes could not be stored before the store was closed: " + reason_);
    waiting_.clear();
    for (const auto& call : std::exchange(unanswered_, {})) {
        answer(*call, Error{ErrorCode::unavailable, call->attempted + ": the store was closed"});
    }
    limit_timer_.cancel();
    submitted_.notify_all();
    pump_ended_.notify_all();
}

StoreStats WriteQueue::stats() const {
    auto stats = stats_;
    stats.waiting = waiting_.size() + (batch_ ? batch_->size() : 0);
    return stats;
}

void WriteQueue::give_notice(std::string text) {
    if (notice_sink_) notice_sink_(std::move(text));
}

void WriteQueue::begin_degraded(std::string reason) {
    condition_ = StoreCondition::degraded;
    trouble_ = Trouble::disk;
    reason_ = std::move(reason);
    start_pump();
}

}  // namespace mcpm::store
