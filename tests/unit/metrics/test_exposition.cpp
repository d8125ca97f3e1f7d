#include "agent/metrics/exposition.hpp"
#include "agent/metrics/histogram.hpp"

#include <doctest/doctest.h>

using namespace mcpm::metrics;
using namespace std::chrono_literals;

namespace {

constexpr double bounds[] = {0.001, 0.1, 2};

Histogram sample() {
    Histogram histogram(bounds);
    histogram.add(500us);
    histogram.add(1ms);  // a bound belongs to its bucket
    histogram.add(50ms, "0af7651916cd43dd8448eb211c80319c");
    histogram.add(3s);
    return histogram;
}

}  // namespace

TEST_CASE("A counter is written with help, type and escaped labels") {
    Exposition out(Form::text);
    out.family("calls_total", Kind::counter, "calls\\of tools");
    out.sample({{"server", "a\"b\\c\nd\x01"}}, std::uint64_t{18446744073709551615U});
    CHECK(out.take() ==
          "# HELP calls_total calls\\\\of tools\n# TYPE calls_total counter\n"
          "calls_total{server=\"a\\\"b\\\\c\\nd?\"} 18446744073709551615\n");
}

TEST_CASE("A histogram's buckets add up, and its bound is in its bucket") {
    Exposition out(Form::text);
    out.family("took_seconds", Kind::histogram, "how long");
    out.histogram({{"a", "b"}}, sample());
    CHECK(out.take() ==
          "# HELP took_seconds how long\n# TYPE took_seconds histogram\n"
          "took_seconds_bucket{a=\"b\",le=\"0.001\"} 2\n"
          "took_seconds_bucket{a=\"b\",le=\"0.1\"} 3\n"
          "took_seconds_bucket{a=\"b\",le=\"2\"} 3\n"
          "took_seconds_bucket{a=\"b\",le=\"+Inf\"} 4\n"
          "took_seconds_sum{a=\"b\"} 3.0515\n"
          "took_seconds_count{a=\"b\"} 4\n");
}

TEST_CASE("OpenMetrics names a counter's family without its suffix, has exemplars and an end") {
    Exposition out(Form::open_metrics);
    out.family("calls_total", Kind::counter, "calls");
    out.sample({}, std::uint64_t{1});
    out.family("took_seconds", Kind::histogram, "how long");
    out.histogram({}, sample());
    const auto text = out.take();
    CHECK(text.find("# TYPE calls counter\ncalls_total 1\n") != std::string::npos);
    CHECK(text.find(
              "took_seconds_bucket{le=\"0.1\"} 3 # {trace_id=\"0af7651916cd43dd8448eb211c80319c\"} 0.05\n") !=
          std::string::npos);
    CHECK(text.ends_with("# EOF\n"));
}

TEST_CASE("The form is chosen by Accept") {
    CHECK(form_for("application/openmetrics-text;version=1.0.0,text/plain;q=0.5") == Form::open_metrics);
    CHECK(form_for("text/plain") == Form::text);
    CHECK(form_for("") == Form::text);
}

TEST_CASE("A quantile is the bound of the bucket in which it is reached") {
    CHECK(sample().quantile(0.5) == doctest::Approx(0.001));
    CHECK(sample().quantile(0.75) == doctest::Approx(0.1));
    CHECK(sample().quantile(1) == doctest::Approx(2));
    CHECK(Histogram(bounds).quantile(0.5) == 0);
}
