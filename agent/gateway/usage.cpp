#include "agent/gateway/usage.hpp"

#include <algorithm>

namespace mcpm::gateway {

using std::chrono::microseconds;

void Durations::add(microseconds duration, std::string_view trace) {
    histogram_.add(duration, trace);
    total_ += duration;
    most_ = std::max(most_, duration);
}

void Durations::add(const Durations& others) {
    histogram_.add(others.histogram_);
    total_ += others.total_;
    most_ = std::max(most_, others.most_);
}

microseconds Durations::at(double share) const {
    if (histogram_.count() == 0) return {};
    std::uint64_t met = 0;
    for (std::size_t bucket = 0; bucket < histogram_.bounds().size(); ++bucket) {
        met += histogram_.counts()[bucket];
        if (met == 0 || static_cast<double>(met) < share * static_cast<double>(histogram_.count())) continue;
        const std::chrono::duration<double> bound(histogram_.bounds()[bucket]);
        return std::min(std::chrono::duration_cast<microseconds>(bound), most_);
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
