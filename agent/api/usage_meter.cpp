#include "agent/api/usage_meter.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::api {

namespace {

constexpr std::chrono::seconds long_pause{30};
/// The kernel counts in hundredths of a second.
constexpr std::chrono::milliseconds next_to_none{100};

}  // namespace

std::optional<double> UsageMeter::look(const std::string& server_id, pid_t pid, double cpu_seconds,
                                       Clock::time_point now) {
    auto& last = last_[server_id];
    const auto passed = now - last.at;
    if (last.pid == pid && passed < next_to_none) return std::nullopt;
    const auto before = std::exchange(last, Look{pid, cpu_seconds, now});
    if (before.pid != pid || passed > long_pause) return std::nullopt;
    // Less than before when one of several processes has ended.
    const double used = std::max(cpu_seconds - before.cpu_seconds, 0.0);
    return used / std::chrono::duration<double>(passed).count() * 100;
}

void UsageMeter::expect(std::size_t servers) {
    if (last_.size() > servers + 64) last_.clear();
}

}  // namespace mcpm::api
