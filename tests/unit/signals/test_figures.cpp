#include "agent/signals/figures.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mcpm;
using metrics::Figure;
using signals::figures_of;

namespace {

const Figure& named(const std::vector<Figure>& figures, const std::string& name, std::size_t place = 0) {
    std::vector<const Figure*> found;
    for (const auto& figure : figures)
        if (figure.name == name) found.push_back(&figure);
    REQUIRE(found.size() > place);
    return *found[place];
}

}  // namespace

TEST_CASE("Each channel has its own figures, and what waits is no counter") {
    notify::NotifyDesk::Counts slack{NotifyChannel::slack, 5, 1, 2, 7, 3};
    notify::NotifyDesk::Counts email{NotifyChannel::email};
    email.sent = 9;
    const auto figures = figures_of({slack, email});
    const auto& sent = named(figures, "mcpm_notify_sent_total");
    CHECK(sent.labels == decltype(sent.labels){{"channel", "slack"}});
    CHECK(sent.value == 5);
    CHECK(sent.is_counter);
    CHECK(named(figures, "mcpm_notify_sent_total", 1).value == 9);
    CHECK(named(figures, "mcpm_notify_failed_total").value == 1);
    CHECK(named(figures, "mcpm_notify_dropped_total").value == 2);
    CHECK(named(figures, "mcpm_notify_waiting").value == 3);
    CHECK_FALSE(named(figures, "mcpm_notify_waiting").is_counter);
}

TEST_CASE("Error reports are counted by what became of them") {
    reports::ReportDesk::Counts reports;
    reports.sent = 4;
    reports.left_out = 8;
    const auto figures = figures_of(reports);
    CHECK(named(figures, "mcpm_reports_sent_total").value == 4);
    CHECK(named(figures, "mcpm_reports_left_out_total").value == 8);
    CHECK(named(figures, "mcpm_reports_refused_total").value == 0);
    CHECK(named(figures, "mcpm_reports_dropped_total").labels.empty());
}

TEST_CASE("Spans that were dropped are told by the cause") {
    traces::Exporter::Counts traces;
    traces.sent = 3;
    traces.full = 1;
    traces.unreachable = 2;
    traces.waiting = 6;
    const auto figures = figures_of(traces);
    const auto& unreachable = named(figures, "mcpm_traces_dropped_total", 2);
    CHECK(unreachable.labels == decltype(unreachable.labels){{"cause", "unreachable"}});
    CHECK(unreachable.value == 2);
    CHECK(named(figures, "mcpm_traces_queue_length").value == 6);
}

TEST_CASE("Figures of one name stand together") {
    notify::NotifyDesk::Counts slack{NotifyChannel::slack};
    notify::NotifyDesk::Counts email{NotifyChannel::email};
    std::vector<std::string> names;
    for (const auto& figure : figures_of({slack, email}))
        if (names.empty() || names.back() != figure.name) names.push_back(figure.name);
    CHECK(names.size() == 4);
}
