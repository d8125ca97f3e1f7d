#include "agent/gateway/usage.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mcpm::gateway;
using namespace std::chrono_literals;

namespace {

void note(Usage& usage, const std::string& server, const std::string& tool, std::chrono::microseconds took,
          EndedCall::Outcome outcome = EndedCall::Outcome::good) {
    EndedCall call{server};
    call.tool = tool;
    call.duration = took;
    call.outcome = outcome;
    usage.note(call);
}

}  // namespace

TEST_CASE("Calls are counted by server and tool, with errors and durations") {
    Usage usage;
    note(usage, "a", "echo", 1ms);
    note(usage, "a", "echo", 3ms, EndedCall::Outcome::tool_error);
    note(usage, "b", "echo", 1ms);
    REQUIRE(usage.of("a") != nullptr);
    const auto& echo = usage.of("a")->at("echo");
    CHECK(echo.calls == 2);
    CHECK(echo.errors == 1);
    CHECK(echo.durations.total() == 4ms);
    CHECK(echo.durations.most() == 3ms);
    usage.forget("a");
    CHECK(usage.of("a") == nullptr);
    CHECK(usage.of("b") != nullptr);
}

TEST_CASE("Names that a client makes up do not take memory without end") {
    Usage usage;
    for (int n = 0; n < 5000; ++n) note(usage, "a", "tool" + std::to_string(n), 1ms);
    CHECK(usage.of("a")->size() == Usage::tools_limit + 1);
    CHECK(usage.of("a")->find(Usage::others)->second.calls == 5000 - Usage::tools_limit);
}

TEST_CASE("A quantile is the bound of its bucket, and never above the longest") {
    Durations durations;
    CHECK(durations.at(0.5) == 0us);
    for (int n = 1; n <= 100; ++n) durations.add(std::chrono::milliseconds(n));
    CHECK(durations.at(0.5) >= 50ms);
    CHECK(durations.at(0.5) <= 100ms);
    CHECK(durations.at(0.99) == 100ms);
    durations.add(std::chrono::hours(100));
    CHECK(durations.at(1) == std::chrono::hours(100));
}

TEST_CASE("A listener is told of each call, by the name under which it is counted") {
    Usage usage;
    std::vector<std::string> told;
    usage.set_listener([&](const EndedCall& call) { told.emplace_back(call.tool); });
    for (std::size_t n = 0; n <= Usage::tools_limit; ++n) note(usage, "a", "tool" + std::to_string(n), 1ms);
    REQUIRE(told.size() == Usage::tools_limit + 1);
    CHECK(told.front() == "tool0");
    CHECK(told.back() == Usage::others);
}

TEST_CASE("Durations of several tools are put together") {
    Durations all;
    Durations other;
    all.add(1ms);
    other.add(100ms);
    all.add(other);
    CHECK(all.count() == 2);
    CHECK(all.most() == 100ms);
    CHECK(all.total() == 101ms);
}

TEST_CASE("The last call of a bucket that is part of a trace is its exemplar") {
    Usage usage;
    const std::string server = "srv";
    EndedCall call{server};
    call.tool = "t";
    call.duration = 3ms;
    usage.note(call);
    CHECK(usage.of(server)->at("t").durations.histogram().exemplars().empty());
    for (const char* trace : {"first", "last", ""}) {
        call.trace = trace;
        usage.note(call);
    }
    const auto& histogram = usage.of(server)->at("t").durations.histogram();
    REQUIRE(histogram.exemplars().size() == histogram.counts().size());
    REQUIRE(histogram.bounds()[5] == doctest::Approx(0.005));
    CHECK(histogram.exemplars()[5].trace == "last");
    CHECK(histogram.exemplars()[5].value == doctest::Approx(0.003));
    CHECK(histogram.exemplars()[4].trace.empty());
}

TEST_CASE("Durations have the bounds that the conventions advise, and finer ones below") {
    Durations durations;
    durations.add(200us);
    durations.add(7ms);
    durations.add(45s);
    const auto& histogram = durations.histogram();
    std::vector<double> met;
    for (std::size_t at = 0; at < histogram.bounds().size(); ++at)
        if (histogram.counts()[at] > 0) met.push_back(histogram.bounds()[at]);
    CHECK(met == std::vector<double>{0.00025, 0.01, 60});
}
