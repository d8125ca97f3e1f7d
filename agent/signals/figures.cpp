#include "agent/signals/figures.hpp"

#include "common/enum_names.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace mcpm::signals {

using metrics::Figure;
using NotifyCounts = notify::NotifyDesk::Counts;
using ReportCounts = reports::ReportDesk::Counts;

namespace {

template <typename Counts>
struct Row {
    const char* name;
    const char* help;
    std::uint64_t Counts::*value;
    bool is_counter = true;
};

constexpr std::array notify_rows{
    Row<NotifyCounts>{"mcpm_notify_sent_total", "messages that a channel took", &NotifyCounts::sent},
    Row<NotifyCounts>{"mcpm_notify_failed_total", "messages given up", &NotifyCounts::failed},
    Row<NotifyCounts>{"mcpm_notify_dropped_total", "notices dropped, for too many waited",
                      &NotifyCounts::dropped},
    Row<NotifyCounts>{"mcpm_notify_waiting", "messages and notices that wait", &NotifyCounts::waiting, false},
};

constexpr std::array report_rows{
    Row<ReportCounts>{"mcpm_reports_sent_total", "error reports that the receiver took", &ReportCounts::sent},
    Row<ReportCounts>{"mcpm_reports_refused_total", "error reports it refused", &ReportCounts::refused},
    Row<ReportCounts>{"mcpm_reports_dropped_total",
                      "error reports dropped, for too many waited or the disk refused",
                      &ReportCounts::dropped},
    Row<ReportCounts>{"mcpm_reports_left_out_total", "errors not reported: the same again, or too many",
                      &ReportCounts::left_out},
};

}  // namespace

std::vector<Figure> figures_of(const std::vector<NotifyCounts>& channels) {
    std::vector<Figure> figures;
    for (const auto& row : notify_rows) {
        for (const auto& counts : channels)
            figures.push_back({row.name,
                               row.help,
                               row.is_counter,
                               {{"channel", std::string(wire_name(counts.channel))}},
                               counts.*row.value});
    }
    return figures;
}

std::vector<Figure> figures_of(const ReportCounts& reports) {
    std::vector<Figure> figures;
    for (const auto& row : report_rows)
        figures.push_back({row.name, row.help, row.is_counter, {}, reports.*row.value});
    return figures;
}

std::vector<Figure> figures_of(const traces::Exporter::Counts& traces) {
    const std::string dropped = "mcpm_traces_dropped_total";
    const std::string why = "spans dropped, by cause: too many waited, the receiver refused them, no answer";
    return {{"mcpm_traces_sent_total", "spans that the receiver took", true, {}, traces.sent},
            {dropped, why, true, {{"cause", "queue_full"}}, traces.full},
            {dropped, why, true, {{"cause", "refused"}}, traces.refused},
            {dropped, why, true, {{"cause", "unreachable"}}, traces.unreachable},
            {"mcpm_traces_queue_length", "spans that wait now", false, {}, traces.waiting}};
}

}  // namespace mcpm::signals
