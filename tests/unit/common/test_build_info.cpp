#include "common/build_info.hpp"

#include <doctest/doctest.h>

using mcpm::BuildInfo;
using mcpm::in_brackets;

TEST_CASE("What a program was built from is in brackets, and what is not known is left out") {
    CHECK(in_brackets(BuildInfo{"0123456789ab", "2026-11-28"}) == " (0123456789ab, 2026-11-28)");
    CHECK(in_brackets(BuildInfo{"0123456789ab", ""}) == " (0123456789ab)");
    CHECK(in_brackets(BuildInfo{"", "2026-11-28"}) == " (2026-11-28)");
    CHECK(in_brackets(BuildInfo{"", ""}).empty());
}
