#include "agent/health/health_judge.hpp"
#include "agent/health/probe.hpp"

#include <doctest/doctest.h>

using namespace mcpm;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp begun{1'000'000ms};

HealthSpec thresholds(unsigned failures, unsigned successes, Duration start_period = 0ms) {
    HealthSpec spec;
    spec.failure_threshold = failures;
    spec.success_threshold = successes;
    spec.start_period = start_period;
    return spec;
}

}  // namespace

TEST_CASE("A server is unhealthy after so many failures in a row, not before") {
    HealthJudge judge(thresholds(3, 1), begun);
    CHECK(judge.verdict() == Health::unknown);
    CHECK(judge.take(CheckOutcome::good, begun) == Health::healthy);
    CHECK(judge.take(CheckOutcome::bad, begun) == Health::healthy);
    CHECK(judge.take(CheckOutcome::bad, begun) == Health::healthy);
    CHECK(judge.take(CheckOutcome::good, begun) == Health::healthy);
    CHECK(judge.take(CheckOutcome::bad, begun) == Health::healthy);
    CHECK(judge.take(CheckOutcome::bad, begun) == Health::healthy);
    CHECK(judge.take(CheckOutcome::bad, begun) == Health::unhealthy);
}

TEST_CASE("An unhealthy server is healthy again after so many successes in a row") {
    HealthJudge judge(thresholds(1, 2), begun);
    CHECK(judge.take(CheckOutcome::bad, begun) == Health::unhealthy);
    CHECK(judge.take(CheckOutcome::good, begun) == Health::unhealthy);
    CHECK(judge.take(CheckOutcome::bad, begun) == Health::unhealthy);
    CHECK(judge.take(CheckOutcome::good, begun) == Health::unhealthy);
    CHECK(judge.take(CheckOutcome::good, begun) == Health::healthy);
}

TEST_CASE("A server that was never looked at before is healthy with its first success") {
    HealthJudge judge(thresholds(3, 5), begun);
    CHECK(judge.take(CheckOutcome::good, begun) == Health::healthy);
}

TEST_CASE("Failures within the start period do not count until the server was well once") {
    HealthJudge judge(thresholds(2, 1, 10s), begun);
    for (int turn = 0; turn < 5; ++turn) CHECK(judge.take(CheckOutcome::bad, begun + 9s) == Health::unknown);
    CHECK(judge.take(CheckOutcome::bad, begun + 10s) == Health::unknown);
    CHECK(judge.take(CheckOutcome::bad, begun + 11s) == Health::unhealthy);
    HealthJudge early(thresholds(2, 1, 10s), begun);
    CHECK(early.take(CheckOutcome::good, begun + 1s) == Health::healthy);
    CHECK(early.take(CheckOutcome::bad, begun + 2s) == Health::healthy);
    CHECK(early.take(CheckOutcome::bad, begun + 3s) == Health::unhealthy);
}

TEST_CASE("What cannot be told changes nothing") {
    HealthJudge judge(thresholds(2, 1), begun);
    CHECK(judge.take(CheckOutcome::unclear, begun) == Health::unknown);
    CHECK(judge.take(CheckOutcome::good, begun) == Health::healthy);
    CHECK(judge.take(CheckOutcome::bad, begun) == Health::healthy);
    CHECK(judge.take(CheckOutcome::unclear, begun) == Health::healthy);
    CHECK(judge.take(CheckOutcome::bad, begun) == Health::unhealthy);
}

TEST_CASE("Pauses are the interval, up to a tenth shorter or longer") {
    CHECK(pause_until_next(30s, 0.0) == 27s);
    CHECK(pause_until_next(30s, 0.5) == 30s);
    CHECK(pause_until_next(30s, 1.0) == 33s);
    CHECK(pause_until_next(0ms, 0.5) == 1ms);
}

TEST_CASE("An address to check is taken apart") {
    const auto plain = parse_http_address("http://127.0.0.1:8080/health?deep=1#top");
    REQUIRE(plain.has_value());
    CHECK(plain->host == "127.0.0.1");
    CHECK(plain->port == 8080);
    CHECK(plain->path == "/health?deep=1");
    CHECK(plain->authority == "127.0.0.1:8080");
    const auto short_one = parse_http_address("http://localhost");
    REQUIRE(short_one.has_value());
    CHECK(short_one->port == 80);
    CHECK(short_one->path == "/");
    const auto six = parse_http_address("http://[::1]:9/x");
    REQUIRE(six.has_value());
    CHECK(six->host == "::1");
    CHECK(six->port == 9);
    CHECK(six->authority == "[::1]:9");
    const auto query = parse_http_address("http://a?b");
    REQUIRE(query.has_value());
    CHECK(query->path == "/?b");
    for (const char* bad :
         {"https://a/", "http://", "http://:80/", "http://a:0/", "http://a:65536/", "http://a:b/",
          "http://a/ b", "http://a/\r\nX: y", "http://user@a/", "ftp://a/", ""}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_http_address(bad).has_value());
    }
    const auto tcp = parse_tcp_address("[::1]:5432");
    REQUIRE(tcp.has_value());
    CHECK(tcp->host == "::1");
    CHECK(tcp->port == 5432);
    for (const char* bad : {"localhost", ":1", "a:", "a:99999", ""}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_tcp_address(bad).has_value());
    }
}

TEST_CASE("The status of an answer is its first line's") {
    CHECK(status_of_answer("HTTP/1.1 204 No Content\r\n") == 204);
    CHECK(status_of_answer("HTTP/1.0 503") == 503);
    for (const char* bad :
         {"", "HTTP/1.1 ", "HTTP/1.1 2x4 No", "HTTP/2 200 OK", "SSH-2.0-OpenSSH_9.2", "HTTP/1.1200 OK "}) {
        CAPTURE(bad);
        CHECK(status_of_answer(bad) == 0);
    }
}

TEST_CASE("An answer is well by its status, and by its body where a text is asked for") {
    CHECK(judge_answer(200, "", "").outcome == CheckOutcome::good);
    CHECK(judge_answer(399, "state: ready", "ready").outcome == CheckOutcome::good);
    const auto wrong = judge_answer(200, "state: starting", "ready");
    CHECK(wrong.outcome == CheckOutcome::bad);
    CHECK(wrong.why == "the body of the answer does not have \"ready\"");
    CHECK(judge_answer(400, "ready", "ready").why == "the answer is 400");
    CHECK(judge_answer(199, "", "").outcome == CheckOutcome::bad);
}
