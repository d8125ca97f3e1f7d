#include "agent/gateway/usage.hpp"

#include <algorithm>

namespace mcpm::gateway {

using std::chrono::microseconds;

void Durations::add(microseconds duration, std::string_view trace) {
    std::size_t bucket = 0;
    for (auto bound = first_bound; duration > bound && bucket + 1 < buckets_.size(); bound *= 2) ++bucket;
    ++buckets_[bucket];
    ++count_;
    total_ += duration;
    most_ = std::max(most_, duration);
    if (trace.empty()) return;
    if (exemplars_.empty()) exemplars_.resize(buckets_.size());
    exemplars_[bucket].trace.assign(trace);
    exemplars_[bucket].value = std::chrono::duration<double>(duration).count();
}

void Durations::add(const Durations& others) {
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket)
        buckets_[bucket] += others.buckets_[bucket];
    count_ += others.count_;
    total_ += others.total_;
    most_ = std::max(most_, others.most_);
}

microseconds Durations::at(double share) const {
    std::uint64_t met = 0;
    auto bound = first_bound;
    for (std::size_t bucket = 0; bucket + 1 < buckets_.size(); ++bucket) {
        met += buckets_[bucket];
        if (met > 0 && static_cast<double>(met) >= share * static_cast<double>(count_))
            return std::min(bound, most_);
        bound *= 2;
    }
    return most_;  // the last bucket has no bound
}

void Usage::note(const EndedCall& call) {
    Tools& tools = servers_[call.server_id];
    auto found = tools.find(call.tool);
    if (found == tools.end()) {
        const std::string_view name = tools.size() < tools_limit ? call.tool : others;
        found = tools.try_emplace(std::string(name)).first;
    }
    ToolUsage& usage = found->second;
    ++usage.calls;
    if (call.outcome != EndedCall::Outcome::good) ++usage.errors;
    usage.durations.add(call.duration, call.trace);
    if (!listener_) return;
    EndedCall counted = call;
    counted.tool = found->first;
    listener_(counted);
}

const Usage::Tools* Usage::of(const std::string& server_id) const {
    const auto found = servers_.find(server_id);
    return found == servers_.end() ? nullptr : &found->second;
}

}  // namespace mcpm::gateway
