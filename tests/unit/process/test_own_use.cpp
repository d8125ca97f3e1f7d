#include "agent/process/own_use.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

TEST_CASE("What this process uses is known: memory that it has, within its address space") {
    const auto use = own_use();
    CHECK(use.resident_bytes > 100'000);
    CHECK(use.virtual_bytes >= use.resident_bytes);
    CHECK(use.cpu_seconds >= 0);
    CHECK(own_use().cpu_seconds >= use.cpu_seconds);
}
