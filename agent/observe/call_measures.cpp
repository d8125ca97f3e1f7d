#include "agent/observe/call_measures.hpp"

#include "agent/metrics/histogram.hpp"
#include "agent/traces/span.hpp"

#include <string>
#include <utility>

namespace mcpm::observe {

namespace {

constexpr std::size_t most_points = 2000;  // of servers and tools

traces::MeasurePoint point_of(const std::string& server, const std::string& tool,
                              const gateway::ToolUsage& usage) {
    const auto& histogram = usage.durations.histogram();
    traces::MeasurePoint point;
    point.attributes = {{traces::name::method, "tools/call"},
                        {traces::name::operation, "execute_tool"},
                        {traces::name::tool, tool},
                        {traces::name::server, server}};
    point.counts.assign(histogram.counts().begin(), histogram.counts().end());
    point.count = histogram.count();
    point.sum = histogram.sum();
    return point;
}

}  // namespace

std::vector<traces::Measure> call_measures(const std::vector<ServerOutline>& servers,
                                           const gateway::Usage& usage) {
    traces::Measure measure{traces::server_duration, metrics::call_bounds};
    for (const auto& server : servers) {
        const auto* const tools = usage.of(server.id);
        if (tools == nullptr) continue;
        std::size_t named = 0;
        for (const auto& [tool, its] : *tools) {
            if (++named > most_tools_measured) break;
            measure.points.push_back(point_of(server.spec->name, tool, its));
        }
        if (measure.points.size() >= most_points) break;
    }
    return {std::move(measure)};
}

}  // namespace mcpm::observe
