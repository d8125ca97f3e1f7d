// How long calls of tools took, by server and tool, as a collector of OTLP takes it. Pure.
#pragma once

#include "agent/gateway/usage.hpp"
#include "agent/traces/measures.hpp"
#include "common/server_status.hpp"

#include <cstddef>
#include <vector>

namespace mcpm::observe {

/// Tools of one server that have a figure each.
inline constexpr std::size_t most_tools_measured = 200;

/// Of so many servers that one request can carry them: no further server after 2,000 points.
std::vector<traces::Measure> call_measures(const std::vector<ServerOutline>& servers,
                                           const gateway::Usage& usage);

}  // namespace mcpm::observe
