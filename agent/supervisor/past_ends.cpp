#include "agent/supervisor/past_ends.hpp"

#include <algorithm>

namespace mcpm {

namespace {

std::optional<PastEnd::How> how_of(Ending ending) {
    switch (ending) {
        case Ending::crashed:
        case Ending::start_timeout:
        case Ending::not_ready:
        case Ending::unhealthy:
        case Ending::start_failed:
            return PastEnd::How::failed;
        case Ending::asked:
        case Ending::restarted:
        case Ending::idle:
            return PastEnd::How::asked;
        case Ending::completed:
            return PastEnd::How::well;
        case Ending::none:
        case Ending::era_asked:
        case Ending::agent_lost:
        case Ending::other:
            break;
    }
    return std::nullopt;
}

}  // namespace

std::optional<PastEnd> past_end_of(const RunRecord& run, Timestamp now) {
    const auto how = how_of(run.reason);
    if (!run.owner.empty() || !how) return std::nullopt;
    PastEnd end;
    end.how = *how;
    const Timestamp at = run.exit && run.exit->at != Timestamp{} ? run.exit->at : run.started_at;
    // A clock that was set back makes it the future: then it was a moment ago.
    end.ago = std::max(Duration(0), std::chrono::duration_cast<Duration>(now - at));
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
