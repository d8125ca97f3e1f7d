#include "agent/observe/call_recorder.hpp"

namespace mcpm::observe {

CallRecorder::CallRecorder(Loop& loop, HistoryStore& history, Limits limits, TaskGroup::Report report)
    : history_(history),
      rows_(
          loop, "store calls of tools", limits,
          [this](HistoryStore::Calls calls) { return write(std::move(calls)); }, std::move(report)) {}

void CallRecorder::note(CallRow&& call) {
    count(call.outcome);
    ++recorded_;
    rows_.add(std::move(call));
}

void CallRecorder::count(CallOutcome outcome) {
    ++total_;
    if (outcome != CallOutcome::good) ++failed_;
    recent_.note(Clock::now());
}

Task<Result<>> CallRecorder::write(HistoryStore::Calls calls) {
    auto stored = co_await history_.add_calls(calls);
    if (stored && stored_) stored_(calls->size());
    co_return stored;
}

}  // namespace mcpm::observe
