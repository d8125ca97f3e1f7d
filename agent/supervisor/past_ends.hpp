// How a server ended before this agent, as the store has it, turned into the counts of its life: an agent
// that is replaced forgets no crash loop. Pure.
#pragma once

#include "agent/supervisor/lifecycle.hpp"
#include "common/server_status.hpp"

#include <optional>
#include <vector>

namespace mcpm {

struct PastEnd {
    Duration ago{0};
    enum class How { failed, well, asked } how = How::well;  // asked: somebody's wish, counts began afresh
};

/// Nothing for a run whose end nobody saw.
std::optional<PastEnd> past_end_of(const RunRecord& run, Timestamp now);

/// `ends`: newest first. Of a life that has none yet.
void recall(Life& life, const std::vector<PastEnd>& ends, const LifecyclePolicy& policy, const Timing& timing,
            Moment now);

}  // namespace mcpm
