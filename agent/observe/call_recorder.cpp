#include "agent/observe/call_recorder.hpp"

#include "common/whole_characters.hpp"

#include <iterator>
#include <memory>
#include <utility>

namespace mcpm::observe {

namespace {

void cut(std::string& text) {
    if (text.size() <= CallRecorder::longest_text) return;
    text.resize(whole_characters(text, CallRecorder::longest_text).size());
}

}  // namespace

CallRecorder::CallRecorder(Loop& loop, HistoryStore& history, Limits limits, TaskGroup::Report report)
    : history_(history), limits_(limits), full_(loop), tasks_(loop, std::move(report)) {}

void CallRecorder::note(CallRow call) {
    ++total_;
    if (call.outcome != CallOutcome::good) ++failed_;
    recent_.note(Clock::now());
    for (std::string* text : {&call.server, &call.tool, &call.client, &call.principal}) cut(*text);
    waiting_.push_back(std::move(call));
    keep_within_bounds();
    if (waiting_.size() == limits_.batch) full_.notify_all();
    if (std::exchange(is_due_, true)) return;
    tasks_.spawn("store calls of tools", store_soon());
}

Task<> CallRecorder::store_soon() {
    const auto seen = full_.count();
    if (waiting_.size() < limits_.batch) (void)co_await full_.wait_since(seen, limits_.wait);
    is_due_ = false;
    co_await store();
}

Task<> CallRecorder::store() {
    if (waiting_.empty()) co_return;
    const auto calls = std::make_shared<const std::vector<CallRow>>(std::exchange(waiting_, {}));
    const auto stored = co_await history_.add_calls(calls);
    if (stored) {
        if (stored_) stored_(calls->size());
        co_return;
    }
    auto again = *calls;
    again.insert(again.end(), std::make_move_iterator(waiting_.begin()),
                 std::make_move_iterator(waiting_.end()));
    waiting_ = std::move(again);
    keep_within_bounds();
}

void CallRecorder::keep_within_bounds() {
    if (waiting_.size() <= limits_.waiting) return;
    // A tenth at a time: not one by one while the store is away.
    const auto beyond = waiting_.size() - limits_.waiting + limits_.waiting / 10;
    lost_ += beyond;
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(beyond));
}

Task<> CallRecorder::close() {
    tasks_.cancel_all();
    co_await tasks_.drain();
    co_await store();
}

}  // namespace mcpm::observe
