#include "agent/supervisor/past_ends.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace mcpm {

namespace {

constexpr std::array<std::string_view, 5> failures{"crashed", "start-timeout", "not-ready", "unhealthy",
                                                   "start-failed"};
constexpr std::array<std::string_view, 3> wishes{"asked", "restarted", "idle"};

template <typename Texts>
bool is_one_of(const Texts& texts, std::string_view text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
}

}  // namespace

std::optional<PastEnd> past_end_of(const RunRecord& run, Timestamp now) {
    if (!run.owner.empty() || run.reason.empty()) return std::nullopt;
    PastEnd end;
    const Timestamp at = run.exit && run.exit->at != Timestamp{} ? run.exit->at : run.started_at;
    // A clock that was set back makes it the future: then it was a moment ago.
    end.ago = std::max(Duration(0), std::chrono::duration_cast<Duration>(now - at));
    if (is_one_of(failures, run.reason)) {
        end.how = PastEnd::How::failed;
    } else if (is_one_of(wishes, run.reason)) {
        end.how = PastEnd::How::asked;
    } else if (run.reason != "completed") {
        return std::nullopt;
    }
    return end;
}

void recall(Life& life, const std::vector<PastEnd>& ends, const LifecyclePolicy& policy, const Timing& timing,
            Moment now) {
    const Duration kept = std::max(policy.window, timing.crash_window);
    for (const PastEnd& end : ends) {
        const bool counts = end.how == PastEnd::How::failed ||
                            (end.how == PastEnd::How::well && policy.restart == RestartMode::always);
        if (!counts || end.ago >= kept) break;
        life.failures.push_back(now - end.ago);
    }
    std::reverse(life.failures.begin(), life.failures.end());
    life.attempts = static_cast<unsigned>(life.failures.size());
    life.restarts = life.attempts;
}

}  // namespace mcpm
