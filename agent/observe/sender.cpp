#include "agent/observe/sender.hpp"

#include "agent/observe/features.hpp"
#include "agent/observe/usage_report.hpp"
#include "common/fields/usage_fields.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::observe {

namespace {

using wire::Json;

std::string day_text(std::int64_t day) {
    return format_time(Timestamp(std::chrono::days(day))).substr(0, 10);
}

}  // namespace

Json outgoing_json(const std::string& version, Timestamp now, const std::vector<CallRow>& calls,
                   const std::vector<FeatureUse>& features) {
    Json json{{fields::usage::version, version}, {fields::usage::sent_at, format_time(now)}};
    json[fields::usage::calls] = Json::array();
    for (const CallRow& call : calls) {
        json[fields::usage::calls].push_back(
            {{fields::usage::sequence, call.sequence},
             {fields::usage::at, format_time(call.at)},
             {fields::usage::tool, call.named().tool},
             {fields::usage::outcome, outcome_name(call.outcome)},
             {fields::usage::duration_ms, static_cast<double>(call.duration.count()) / 1000},
             {fields::usage::bytes_in, call.bytes_in},
             {fields::usage::bytes_out, call.bytes_out}});
    }
    json[fields::usage::features] = Json::array();
    for (const FeatureUse& use : features) {
        json[fields::usage::features].push_back({{fields::usage::day, day_text(use.day)},
                                                 {fields::usage::type, use.type},
                                                 {fields::usage::subject, use.subject},
                                                 {fields::usage::count, use.count},
                                                 {fields::usage::total, use.total}});
    }
    return json;
}

Sender::Sender(Loop& loop, HistoryStore& history, std::string version)
    : Sender(loop, history, std::move(version), Pace{}) {}

Sender::Sender(Loop& loop, HistoryStore& history, std::string version, Pace pace)
    : history_(history), version_(std::move(version)), pace_(pace), full_(loop), tasks_(loop) {}

void Sender::note_stored(std::size_t calls) {
    stored_ += calls;
    if (stored_ >= pace_.batch) full_.notify_all();
}

void Sender::start(Post post) {
    tasks_.spawn("send on what was counted", run(std::move(post)));
}

Task<Result<Sender::Batch>> Sender::load() {
    auto calls = co_await history_.load_unsent(pace_.batch);
    if (!calls) co_return calls.error();
    // Yesterday's too: a day goes on while the last batch of it is on its way.
    auto features = co_await history_.load_features(day_number(now_utc()) - 1);
    if (!features) co_return features.error();
    Batch batch;
    batch.calls = std::move(*calls);
    batch.features = std::move(*features);
    co_return batch;
}

Task<Result<Json>> Sender::next() {
    const auto batch = co_await load();
    if (!batch) co_return batch.error();
    co_return wire::as_result(outgoing_json(version_, now_utc(), batch->calls, batch->features));
}

Task<Result<bool>> Sender::send(Post post) {
    const auto batch = co_await load();
    if (!batch) co_return batch.error();
    if (batch->calls.empty() && batch->features.empty()) co_return false;
    const auto status =
        co_await post(wire::to_text(outgoing_json(version_, now_utc(), batch->calls, batch->features)));
    if (!status) co_return status.error();
    if (*status < 200 || *status > 299)
        co_return Error{ErrorCode::unavailable,
                        "send on what was counted: the answer is " + std::to_string(*status)};
    ++sent_;
    if (batch->calls.empty()) co_return true;
    const auto saved = co_await history_.save_sent(batch->calls.back().sequence);
    if (!saved) co_return saved.error();
    co_return true;
}

Task<> Sender::run(Post post) {
    auto pause = pace_.pause;
    for (;;) {
        // Who refused the last one is left alone for as long as was said.
        const bool may_be_early = pause == pace_.pause;
        if (!may_be_early) co_await sleep_for(pause);
        if (may_be_early && stored_ < pace_.batch) (void)co_await full_.wait_for(pause);
        stored_ = 0;
        for (;;) {
            const auto sent = co_await send(post);
            if (!sent) ++refused_;
            pause = sent ? pace_.pause : std::min(pause * 2, pace_.longest_pause);
            const auto left = co_await history_.load_unsent(pace_.batch);
            // More than a batch waits: it does not wait for its minute.
            if (!sent || !left || left->size() < pace_.batch) break;
        }
    }
}

Task<> Sender::close() {
    tasks_.cancel_all();
    co_await tasks_.drain();
}

}  // namespace mcpm::observe
