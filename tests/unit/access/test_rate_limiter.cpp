#include "agent/access/rate_limiter.hpp"

#include <doctest/doctest.h>

using namespace mcpm::access;
using namespace std::chrono_literals;

namespace {

const RateLimiter::Time start{1h};

}  // namespace

TEST_CASE("A burst is allowed at once, then turns come at their rate") {
    RateLimiter limiter(10.0 / 60, 10);
    for (int turn = 0; turn < 10; ++turn) CHECK(limiter.take("a", start));
    CHECK_FALSE(limiter.take("a", start));
    CHECK(limiter.retry_after("a", start) == 6);
    CHECK_FALSE(limiter.take("a", start + 5s));
    CHECK(limiter.take("a", start + 7s));
    CHECK_FALSE(limiter.take("a", start + 7s));
}

TEST_CASE("One client's turns are not another's") {
    RateLimiter limiter(1, 1);
    CHECK(limiter.take("a", start));
    CHECK_FALSE(limiter.take("a", start));
    CHECK(limiter.take("b", start));
}

TEST_CASE("What was saved up is bounded") {
    RateLimiter limiter(1, 2);
    CHECK(limiter.take("a", start));
    int allowed = 0;
    while (limiter.take("a", start + 1h)) ++allowed;
    CHECK(allowed == 2);
}

TEST_CASE("A rate of nothing allows everything") {
    RateLimiter limiter(0, 0);
    for (int turn = 0; turn < 1000; ++turn) REQUIRE(limiter.take("a", start));
    CHECK(limiter.known() == 0);
}

TEST_CASE("A flood of addresses costs bounded memory, and does not free the one who is held back") {
    RateLimiter limiter(1, 1, 100);
    CHECK(limiter.take("a", start));
    for (int number = 0; number < 10000; ++number) (void)limiter.take(std::to_string(number), start);
    CHECK(limiter.known() <= 101);
    CHECK_FALSE(limiter.take("a", start));
    CHECK(limiter.take("a", start + 2s));
    for (int number = 0; number < 10; ++number) (void)limiter.take("x" + std::to_string(number), start + 1h);
    CHECK(limiter.known() <= 11);
}

TEST_CASE("An address belongs to its host, or to its household") {
    CHECK(client_of_address("127.0.0.1:5000") == "127.0.0.1");
    CHECK(client_of_address("[2001:db8:1:2:3:4:5:6]:5000") == "2001:db8:1:2::/64");
    CHECK(client_of_address("[::1]:1") == "::/64");
    CHECK(client_of_address("") == "");
}
