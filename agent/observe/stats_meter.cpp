#include "agent/observe/stats_meter.hpp"

#include <algorithm>
#include <cmath>

namespace mcpm::observe {

namespace {

/// The kernel counts in hundredths of a second.
constexpr std::chrono::milliseconds next_to_none{100};

/// Less than before when one of several processes has ended.
std::uint64_t grown(std::uint64_t before, std::uint64_t now) {
    return now > before ? now - before : 0;
}

std::optional<std::uint64_t> grown(const std::optional<std::uint64_t>& before,
                                   const std::optional<std::uint64_t>& now) {
    if (!before || !now) return std::nullopt;
    return grown(*before, *now);
}

}  // namespace

StatsPoint StatsMeter::take(const std::string& server_id, const Look& look, Clock::time_point now,
                            Timestamp at) {
    Known& known = known_[server_id];
    const Look& before = known.reading.look;
    StatsPoint point;
    point.at = at;
    point.memory = point.memory_most = look.usage.memory_bytes;
    point.memory_least = point.memory_most;
    point.proportional = look.usage.proportional_bytes;
    point.processes = look.usage.processes;
    point.descriptors = look.usage.descriptors;
    point.calls = grown(before.calls, look.calls);
    point.errors = grown(before.errors, look.errors);
    const bool is_same_run = known.is_running && before.run == look.run;
    std::optional<double> percent;
    if (is_same_run) {
        const auto span = now - known.at;
        const double used = std::max(look.usage.cpu_seconds - before.usage.cpu_seconds, 0.0);
        point.span = std::chrono::duration_cast<std::chrono::milliseconds>(span);
        point.cpu = std::chrono::microseconds(static_cast<std::int64_t>(used * 1e6));
        point.read_bytes = grown(before.usage.read_bytes, look.usage.read_bytes);
        point.written_bytes = grown(before.usage.written_bytes, look.usage.written_bytes);
        point.received_bytes = grown(before.received_bytes, look.received_bytes);
        point.sent_bytes = grown(before.sent_bytes, look.sent_bytes);
        percent = span < next_to_none ? known.reading.cpu_percent
                                      : used / std::chrono::duration<double>(span).count() * 100;
        if (percent)
            point.cpu_least = point.cpu_most = static_cast<std::uint64_t>(std::llround(*percent * 100));
    }
    auto proportional = look.usage.proportional_bytes;
    if (!proportional && is_same_run) proportional = known.reading.proportional_bytes;
    known.reading = {look, proportional, percent, at};
    known.at = now;
    known.is_running = true;
    return point;
}

std::optional<Reading> StatsMeter::newest(const std::string& server_id) const {
    const auto found = known_.find(server_id);
    if (found == known_.end() || !found->second.is_running) return std::nullopt;
    return found->second.reading;
}

}  // namespace mcpm::observe
