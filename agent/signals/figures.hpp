// How much was sent, failed and dropped, as samples for /metrics. Pure.
#pragma once

#include "agent/metrics/figure.hpp"
#include "agent/notify/notify_desk.hpp"
#include "agent/reports/report_desk.hpp"
#include "agent/traces/exporter.hpp"

#include <vector>

namespace mcpm::signals {

std::vector<metrics::Figure> figures_of(const std::vector<notify::NotifyDesk::Counts>& channels);
std::vector<metrics::Figure> figures_of(const reports::ReportDesk::Counts& reports);
std::vector<metrics::Figure> figures_of(const traces::Exporter::Counts& traces);

}  // namespace mcpm::signals
