#include "cli/sparkline.hpp"

#include <doctest/doctest.h>

using namespace mcpm::cli;

TEST_CASE("Bars rise with their values, and a gap is a space") {
    CHECK(sparkline({0, 1, 4, std::nullopt, 8}, 10) == "▁▁▄ █");
    CHECK(sparkline({}, 10).empty());
    CHECK(sparkline({0, 0}, 10) == "▁▁");
}

TEST_CASE("More values than columns share one by their largest") {
    CHECK(sparkline({1, 8, 1, 1}, 2) == "█▁");
}

TEST_CASE("A scale that is given is kept") {
    CHECK(sparkline({50, 500}, 10, 100) == "▄█");
}
